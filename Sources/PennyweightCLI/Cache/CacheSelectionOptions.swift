#if Gateway
internal import ArgumentParser
internal import PennyweightMiddleware
internal import PennyweightTime

/// Which stored answers a command is about. All conditions must hold; without any, all answers.
struct CacheSelectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only the answer of this id.", valueName: "id"))
    var id: SortableID?

    @Option(help: ArgumentHelp("Only the answer under this key.", valueName: "64 hex digits"))
    var key: CacheKey?

    @Option(help: ArgumentHelp("Only this account and those below it.", valueName: "path"))
    var account: String?

    @Option(
        help: ArgumentHelp(
            "Only this namespace, as 'cache list' shows it: a caller's own is '/name'.", valueName: "name"))
    var namespace: String?

    @Option(help: ArgumentHelp("Only this route.", valueName: "/chat/completions"))
    var route: String?

    @Option(help: ArgumentHelp("Only models that fit, asked for or run.", valueName: "gpt-4o*"))
    var model: String?

    @Option(help: ArgumentHelp("Only this provider.", valueName: "name"))
    var provider: String?

    @Option(help: ArgumentHelp("Only answers with this label.", valueName: "name=value"))
    var tag: CacheSelection.Tag?

    @Option(help: ArgumentHelp("Only what was stored longer ago than this.", valueName: "7d|12h|30m|90s"))
    var olderThan: CacheAge?

    @Flag(help: "Only what is stale.")
    var stale = false

    func selection(at time: Timestamp) -> CacheSelection {
        var selection = CacheSelection()
        selection.id = id
        selection.key = key
        selection.account = account
        selection.namespace = namespace
        selection.route = route
        selection.model = model.map { ModelPattern($0) }
        selection.provider = provider
        selection.tag = tag
        selection.storedBefore = olderThan.map { time - $0.duration }
        selection.expiredBefore = stale ? time : nil
        return selection
    }

    func validate() throws {
        // An empty text comes from a variable that isn't set, and would select everything.
        let texts = [
            ("account", account), ("route", route), ("model", model), ("provider", provider),
        ]
        for (name, text) in texts where text?.isEmpty == true {
            throw ValidationError("'--\(name)' needs a value.")
        }
    }
}

/// A length of time on the command line: a whole number with `s`, `m`, `h` or `d`.
struct CacheAge: ExpressibleByArgument, Sendable, Hashable {
    let duration: Duration

    init?(argument: String) {
        let seconds: Int64? =
            switch argument.last {
            case "s": 1
            case "m": 60
            case "h": 3_600
            case "d": 86_400
            default: nil
            }
        guard let seconds, let count = Int64(argument.dropLast()), (0...36_500_000).contains(count) else {
            return nil
        }
        duration = .seconds(count * seconds)
    }
}
#endif
