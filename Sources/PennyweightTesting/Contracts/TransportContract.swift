#if Gateway
public import PennyweightPipeline

/// What every `Transport` must do, each point checked against a real server on 127.0.0.1.
///
/// ```swift
/// @Test("keeps the contract of a transport", arguments: TransportContract.all)
/// func contract(_ contract: TransportContract) async throws {
///     try await contract.check(HTTPClientTransport())
/// }
/// ```
public struct TransportContract: Sendable, Equatable, CustomStringConvertible {
    /// What is promised, as a sentence.
    public let description: String
    private let run: @Sendable (any Transport) async throws -> Void

    init(_ description: String, _ run: @escaping @Sendable (any Transport) async throws -> Void) {
        self.description = description
        self.run = run
    }

    /// All points, independent of each other. A transport that can't keep one says so in its documentation.
    public static let all =
        answers + streams + requests + breaks + [connectionReuse, backPressure, closeInsideHead]

    public static func == (left: TransportContract, right: TransportContract) -> Bool {
        left.description == right.description
    }

    /// Checks this point; throws ``ContractViolation``, or what the transport threw, if it isn't kept.
    ///
    /// Every wait is bounded; the whole takes at most 90 seconds of real time.
    public func check(_ transport: any Transport) async throws {
        try await bounded(description, within: .seconds(90)) { try await run(transport) }
    }
}

/// Checks all points of ``TransportContract`` one after the other.
public func checkTransport(_ transport: any Transport) async throws {
    for contract in TransportContract.all { try await contract.check(transport) }
}

/// Runs what must fail and returns the error; throws ``ContractViolation`` if it succeeds.
func requireError(_ what: String, _ operation: () async throws -> some Any) async throws -> any Error {
    do {
        let result = try await operation()
        throw ContractViolation("\(what) succeeded: \(String("\(result)".prefix(300)))")
    } catch let breach as ContractViolation {
        throw breach
    } catch {
        return error
    }
}

/// Runs what must throw a ``Failure`` with one of some codes, and returns it.
@discardableResult
func requireFailure(
    _ codes: [Failure.Code], _ what: String, _ operation: () async throws -> some Any
) async throws -> Failure {
    let error = try await requireError(what, operation)
    guard let failure = error as? Failure, codes.contains(failure.code) else {
        throw ContractViolation("\(what) threw \(error), not \(codes)")
    }
    return failure
}

/// Throws ``ContractViolation`` if the operation doesn't throw `CancellationError`.
func requireCancellation(_ what: String, _ operation: () async throws -> some Any) async throws {
    let error = try await requireError(what, operation)
    guard error is CancellationError else {
        throw ContractViolation("\(what) threw \(error), not CancellationError")
    }
}
#endif
