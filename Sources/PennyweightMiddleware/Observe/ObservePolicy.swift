public import Logging

/// What the stage ``Observe`` decides by: the level of a line, and the label that a path has in metrics.
public struct ObservePolicy: Sendable, Hashable {
    /// Routes that metrics tell apart, `{…}` standing for any one segment. Other paths count as `other`: a
    /// caller who makes up paths must not make up time series.
    public var routes: [String] = ObservePolicy.knownRoutes
    /// The level of the line of an exchange that went well: `info` by default.
    public var usualLevel = Logger.Level.info

    public init() {}

    /// The label of a path without its query.
    public func label(of path: String) -> String {
        if routes.contains(path) { return path }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        return routes.first { route in
            let pattern = route.split(separator: "/", omittingEmptySubsequences: false)
            return pattern.count == segments.count
                && zip(pattern, segments).allSatisfy { $0 == $1 || ($0.first == "{" && !$1.isEmpty) }
        } ?? "other"
    }

    /// The level of an exchange's line: `warning` for a server's error and for an answer that broke off,
    /// `notice` for what the caller caused (another 4xx, or leaving early), else ``usualLevel``.
    public func level(of exchange: Exchange) -> Logger.Level {
        switch exchange.ending {
        case .failed: return .warning
        case .cancelled, .abandoned: return .notice
        case .complete: break
        }
        switch exchange.status ?? 0 {
        case 500...: return .warning
        case 400...: return .notice
        default: return usualLevel
        }
    }

    /// The routes of OpenAI's surface.
    public static let knownRoutes = [
        "/chat/completions", "/completions", "/responses", "/embeddings", "/moderations", "/models",
        "/models/{id}",
        "/images/generations", "/images/edits", "/images/variations", "/audio/speech",
        "/audio/transcriptions",
        "/audio/translations", "/videos", "/videos/{id}", "/videos/{id}/content",
    ]
}
