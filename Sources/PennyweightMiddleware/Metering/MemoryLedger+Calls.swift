public import PennyweightLedger
public import PennyweightTime

extension MemoryLedger: CallLog {
    public func calls(_ query: CallQuery) async throws -> CallPage {
        let isBackward = query.endingBefore != nil
        let ids = Set(settledHolds.map(\.callID) + openHolds.map(\.callID) + savings.map(\.callID)).sorted()
        let beyond = ids.filter { id in
            (query.startingAfter.map { id < $0 } ?? true) && (query.endingBefore.map { id > $0 } ?? true)
        }
        let ordered = (isBackward ? beyond : beyond.reversed()).prefix(CallQuery.reach)
        let records = ordered.compactMap { record($0) }.filter {
            query.covers(account: $0.subject.account, key: $0.subject.key, at: $0.at)
        }
        let found = Array(records.prefix(query.limit))
        let isFull = records.count > query.limit
        return CallPage(
            calls: isBackward ? found.reversed() : found, hasMore: isFull || ordered.count < beyond.count,
            edge: isFull ? found.last?.id : ordered.last)
    }

    public func call(_ id: SortableID) async throws -> CallRecord? {
        record(id)
    }

    private func record(_ id: SortableID) -> CallRecord? {
        let attempts = zip(settledHolds, settlements).filter { $0.0.callID == id }
        let lines =
            attempts.map { LedgerLine(number: 0, $0.0, $0.1) }
            + savings.filter { $0.callID == id }.map { LedgerLine(number: 0, $0) }
        let open = openHolds.filter { $0.callID == id }
        let first = (attempts.map(\.0) + open).min { $0.attempt < $1.attempt }
        guard let subject = first?.subject ?? lines.first?.subject,
            let at = first?.openedAt ?? lines.first?.at
        else { return nil }
        return CallRecord(
            id: id, at: at, subject: subject, lines: lines, open: open, origin: origin(of: id))
    }
}
