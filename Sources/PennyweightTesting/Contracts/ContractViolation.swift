/// What an implementation of a port does otherwise than the port promises.
public struct ContractViolation: Error, Sendable, CustomStringConvertible {
    /// The promise that is broken, and what was seen.
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}

/// Throws a violation if two values differ.
func require<Value: Equatable>(_ seen: Value, is expected: Value, _ promise: String) throws {
    guard seen == expected else {
        throw ContractViolation("\(promise): expected \(expected), but it is \(seen).")
    }
}

/// Throws a violation if the work does not throw.
func requireFailure(_ promise: String, _ work: () async throws -> Void) async throws {
    do { try await work() } catch { return }
    throw ContractViolation("\(promise): expected a failure, but there was none.")
}
