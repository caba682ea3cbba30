/// The keys of the configuration, as they stand in the file: `upstream.baseURL` is `baseURL` below
/// `upstream`.
///
/// In the environment the same key is `PENNYWEIGHT_UPSTREAM_BASE_URL`.
enum ConfigurationKey: String, CaseIterable {
    case host, port, data, logLevel, simulate
    case provider = "upstream.provider"
    case baseURL = "upstream.baseURL"
    case key = "upstream.key"
    case region = "upstream.region"
    case usageConvention = "upstream.usageConvention"
    case completeness = "upstream.streamEnd"
    case adminKey = "admin.key"
    case keysRequired = "keys.required"
    case requestBytes = "limits.requestBytes"
    case answerBytes = "limits.answerBytes"
    case callSeconds = "timeouts.callSeconds"
    case silenceSeconds = "timeouts.silenceSeconds"
    case connectionSeconds = "timeouts.connectionSeconds"
    case shutdownSeconds = "timeouts.shutdownSeconds"
    case cacheEnabled = "cache.enabled"
    case cacheSeconds = "cache.seconds"
    case cacheMemoryBytes = "cache.memoryBytes"
    case cacheDiskBytes = "cache.diskBytes"
    case cacheStaleWhileRevalidate = "cache.staleWhileRevalidateSeconds"
    case cacheStaleIfError = "cache.staleIfErrorSeconds"
    case cacheNegative = "cache.negativeSeconds"
    case cacheJitter = "cache.jitterPercent"
    case cacheEarlyRefresh = "cache.earlyRefreshPercent"
    case cacheMode = "cache.mode"
    case cacheMatch = "cache.match"
    case cachePace = "cache.pace"
    case cacheNamespace = "cache.namespace"
    case cacheAdmit = "cache.admit"
    case cacheShare = "cache.share"
    case cacheAttribution = "cache.attribution"
    case cacheFlightsAcrossProcesses = "cache.flights.acrossProcesses"
    case cacheEncryptionMode = "cache.encryption.mode"
    case cacheEncryptionSecret = "cache.encryption.secret"
    case mediaBytes = "media.bytes"
    case mediaHosts = "media.hosts"
    case mediaImageBytes = "media.imageBytes"
    case mediaFetchSeconds = "media.fetchSeconds"
    case mediaURLSeconds = "media.urlSeconds"
    case mediaPublicURL = "media.publicURL"
    case cacheSemantic = "cache.semantic"
    case cacheSimilarity = "cache.similarity"
    case semanticEnabled = "semantic.enabled"
    case semanticModel = "semantic.model"
    case semanticDimensions = "semantic.dimensions"
    case semanticMilliseconds = "semantic.milliseconds"
    case semanticTextBytes = "semantic.textBytes"
    case semanticMaxErrorRate = "semantic.maxErrorRate"
    case semanticConfidence = "semantic.confidence"
    case semanticRequiresFeedback = "semantic.requiresFeedback"
    case semanticExplorePercent = "semantic.explorePercent"
    case semanticMemoryBytes = "semantic.memoryBytes"
    case attempts = "retry.attempts"
    case requestsPerMinute = "rateLimit.requestsPerMinute"
    case drainBytes = "drain.bytes"
    case drainSeconds = "drain.seconds"
    case budget = "budget.usd"
    case webhookURL = "webhooks.url"
    case webhookSecret = "webhooks.secret"
    case pricesFile = "prices.file"
    case unpricedPolicy = "unpriced.policy"
    case unpricedCap = "unpriced.capUSD"
    case unpricedAccounts = "unpriced.accounts"

    /// True if the value is never shown. The URL of a webhook may hold a token.
    var isSecret: Bool {
        [.key, .adminKey, .webhookURL, .webhookSecret, .cacheEncryptionSecret].contains(self)
    }

    /// Where OpenAI's own programs look for the same thing.
    var openAIVariable: String? {
        switch self {
        case .key: "OPENAI_API_KEY"
        case .baseURL: "OPENAI_BASE_URL"
        default: nil
        }
    }

    /// The key's name in the environment: `upstream.baseURL` is `PENNYWEIGHT_UPSTREAM_BASE_URL`.
    var variable: String {
        var name = ConfigurationKey.variablePrefix
        var previousIsLower = false
        for character in rawValue {
            if character.isUppercase, previousIsLower { name.append("_") }
            previousIsLower = character.isLowercase
            name += character == "." ? "_" : character.uppercased()
        }
        return name
    }

    /// What every variable of the gateway's own starts with.
    static let variablePrefix = "PENNYWEIGHT_"

    /// The known key that a misspelt one is closest to; nil if none is close. A section alone stands for the
    /// first key in it.
    static func nearest(to text: String) -> String? {
        let names = allCases.map(\.rawValue)
        return names.first { $0.hasPrefix(text + ".") } ?? nearest(to: text, of: names)
    }

    /// The known variable that a misspelt one is closest to; nil if none is close.
    static func nearestVariable(to text: String) -> String? {
        nearest(to: text, of: allCases.map(\.variable))
    }

    /// The name that a misspelt one is closest to; nil if none is close.
    static func nearest(to text: String, of names: [String]) -> String? {
        let ranked = names.map {
            (name: $0, distance: distance(text.lowercased(), $0.lowercased()))
        }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= 3 else { return nil }
        return best.name
    }

    /// The number of edits between two texts (Levenshtein).
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (lineNumber, leftByte) in left.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = lineNumber + 1
            for (column, rightByte) in right.enumerated() {
                let kept = diagonal + (leftByte == rightByte ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(kept, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
