/// One thing that `doctor` looked at: what it found, and how to mend it.
struct Finding: Sendable, Hashable {
    enum Level: Sendable, Hashable {
        /// As it should be.
        case fine
        /// Works, but will surprise.
        case warning
        /// Does not work.
        case problem
    }

    let level: Level
    /// What was looked at: `configuration`, `files`, `upstream`, `prices`.
    let subject: String
    let message: String
    /// What to do; nil if there is nothing to do.
    let fix: String?

    static func fine(_ subject: String, _ message: String) -> Finding {
        Finding(level: .fine, subject: subject, message: message, fix: nil)
    }

    static func warning(_ subject: String, _ message: String, fix: String) -> Finding {
        Finding(level: .warning, subject: subject, message: message, fix: fix)
    }

    static func problem(_ subject: String, _ message: String, fix: String) -> Finding {
        Finding(level: .problem, subject: subject, message: message, fix: fix)
    }

    /// The finding as one or two lines for a person.
    func lines(on terminal: Terminal) -> [String] {
        let mark =
            switch level {
            case .fine: terminal.styled("ok     ", .green)
            case .warning: terminal.styled("warning", .yellow)
            case .problem: terminal.styled("problem", .red)
            }
        let fixLine = fix.map { "         fix: \($0)" }
        return ["\(mark)  \(subject): \(message)"] + (fixLine.map { [$0] } ?? [])
    }
}
