public import Logging
private import Synchronization

/// Keeps every line that is logged through ``logger``, for a test to look at.
public final class CapturedLog: Sendable {
    /// One line, with the metadata of its logger and its own.
    public struct Line: Sendable {
        public var level: Logger.Level
        public var message: String
        public var metadata: Logger.Metadata

        /// The text of a metadata field; nil if the line has none of that name.
        public subscript(name: String) -> String? { metadata[name].map { "\($0)" } }
    }

    private let state = Mutex<[Line]>([])

    public init() {}

    /// The lines, oldest first.
    public var lines: [Line] { state.withLock { $0 } }

    /// All lines as text, to look for what must not stand in a log.
    public var text: String { lines.map { "\($0.message) \($0.metadata)" }.joined(separator: "\n") }

    /// A logger of every level.
    public var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(log: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let log: CapturedLog
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace
        var metadataProvider: Logger.MetadataProvider?

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = Line(
                level: event.level, message: "\(event.message)",
                metadata: metadata.merging(event.metadata ?? [:]) { $1 })
            log.state.withLock { $0.append(line) }
        }
    }
}
