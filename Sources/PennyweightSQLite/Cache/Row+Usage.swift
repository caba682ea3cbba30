internal import PennyweightLedger

extension Row {
    /// Reads the seventeen columns of usage without meters; nil if none was reported.
    ///
    /// Field by field: through key paths this was the dearest part of a hit.
    mutating func storedUsage() throws -> Usage? {
        let kind = try text()
        var tokens = TokenUsage()
        tokens.input = optionalInteger()
        tokens.cachedInput = optionalInteger()
        tokens.cacheWrite = optionalInteger()
        tokens.cacheWriteHour = optionalInteger()
        tokens.audioInput = optionalInteger()
        tokens.imageInput = optionalInteger()
        tokens.output = optionalInteger()
        tokens.reasoning = optionalInteger()
        tokens.audioOutput = optionalInteger()
        tokens.imageOutput = optionalInteger()
        tokens.cachedAudioInput = optionalInteger()
        tokens.cachedImageInput = optionalInteger()
        tokens.acceptedPrediction = optionalInteger()
        tokens.rejectedPrediction = optionalInteger()
        let serviceTier = optionalText()
        let raw = optionalBytes()
        if kind == "none" { return nil }
        return Usage(
            tokens: kind == "tokens" ? tokens : nil, meters: [], serviceTier: serviceTier, raw: raw)
    }
}
