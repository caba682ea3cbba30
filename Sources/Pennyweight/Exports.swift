@_exported public import PennyweightLedger
@_exported public import PennyweightMiddleware
@_exported public import PennyweightOpenAI
@_exported public import PennyweightPipeline
@_exported public import PennyweightSQLite
@_exported public import PennyweightTime
@_exported public import PennyweightURLSession
