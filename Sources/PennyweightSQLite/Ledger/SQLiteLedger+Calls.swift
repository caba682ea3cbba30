public import PennyweightLedger
public import PennyweightTime

extension SQLiteLedger: CallLog {
    public func calls(_ query: CallQuery) async throws -> CallPage {
        try await writeWhatWaits()
        return try read { try LedgerCalls(connection: $0).page(query) }
    }

    public func call(_ id: SortableID) async throws -> CallRecord? {
        try await writeWhatWaits()
        return try read { try LedgerCalls(connection: $0).call(id) }
    }
}
