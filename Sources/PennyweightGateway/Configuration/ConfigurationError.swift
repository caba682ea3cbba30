/// Why a configuration can't be used: every problem that was found, each with its place and what to do.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence or two each: "File gateway.yaml, key 'port': 'http' is not …; give …". Never a secret.
    public let problems: [String]

    public init(_ problems: [String]) {
        self.problems = problems
    }

    public var description: String { problems.joined(separator: "\n") }
}
