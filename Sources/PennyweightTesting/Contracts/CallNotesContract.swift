public import PennyweightLedger
private import PennyweightTime

/// Checks that a ledger keeps every promise of the port `CallNotes`; throws a ``ContractViolation`` that
/// names the first one that is broken.
///
/// `make` gives a new, empty ledger at every call.
public func checkCallNotes(_ make: @Sendable () async throws -> any Ledger & CallLog & CallNotes) async throws
{
    let maker = LineMaker()
    try await listsRefusals(make(), maker)
    try await remembersOrigins(make(), maker)
}

private func listsRefusals(_ ledger: any Ledger & CallLog & CallNotes, _ make: LineMaker) async throws {
    let refusal = RefusedCall(
        id: make.id(), callID: make.id(),
        subject: Subject(
            account: "acme", key: "k", user: "u", provider: "openai", model: "m", route: "/videos"),
        status: 402, at: make.start)
    for _ in 1...2 { ledger.enqueue(refusal) { _ in } }
    let report = try await ledger.report(ReportQuery(by: .account))
    try require(report.total.calls, is: 1, "a refused call is a call, and noting it again changes nothing")
    try require(report.total.charged, is: .zero, "a refused call costs nothing")
    try require(report.openHolds, is: 0, "a refused call leaves nothing open")
    let record = try await ledger.call(refusal.callID)
    try require(record?.status, is: .failed, "a refused call has failed")
    try require(record?.lines.map(\.status), is: [402], "a refused call tells its status")
    try require(record?.lines.map(\.outcome), is: [.neverSent], "a refused call was never sent")
    try require(record?.subject, is: refusal.subject, "a refused call tells whose it is")
}

private func remembersOrigins(_ ledger: any Ledger & CallLog & CallNotes, _ make: LineMaker) async throws {
    let hold = Hold(
        id: make.id(), callID: make.id(), attempt: 1,
        subject: Subject(account: "acme", provider: "openai", model: "m", route: "/videos"),
        upperBound: .zero, openedAt: make.start, expiresAt: make.start + .seconds(600))
    try await ledger.reserve(hold)
    _ = try await ledger.report(ReportQuery(by: .account))
    try require(await ledger.call(hold.callID)?.origin == nil, is: true, "a call without an origin has none")
    let origin = CallOrigin(callID: hold.callID, session: "s", trace: nil)
    ledger.enqueue(origin) { _ in }
    ledger.enqueue(CallOrigin(callID: hold.callID, session: "other", trace: "t")) { _ in }
    _ = try await ledger.report(ReportQuery(by: .account))
    try require(await ledger.call(hold.callID)?.origin, is: origin, "the first word on a call stands")
}
