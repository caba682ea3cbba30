public import PennyweightLedger
private import PennyweightPipeline

extension SQLiteLedger: CallNotes {
    public func enqueue(_ refusal: RefusedCall, onFailure: @escaping @Sendable (any Error) -> Void) {
        enqueue(onFailure: onFailure) { pen in
            let writing = LedgerWriting(pen: pen)
            _ = try writing.reserve(refusal.hold)
            _ = try writing.settle(refusal.settlement)
        }
    }

    public func enqueue(_ origin: CallOrigin, onFailure: @escaping @Sendable (any Error) -> Void) {
        enqueue(onFailure: onFailure) { pen in
            try pen.connection.statement(LedgerSchema.insertOrigin).run([
                .of(origin.callID), .of(origin.session), .of(origin.trace),
            ])
        }
    }

    private func enqueue(
        onFailure: @escaping @Sendable (any Error) -> Void,
        _ write: @escaping @Sendable (LedgerPen) throws -> Void
    ) {
        do {
            let pen = try requirePen()
            pen.writer.enqueue(
                onFailure: { onFailure(($0 as? StorageProblem)?.failure(as: .ledgerUnavailable) ?? $0) },
                { _ in try write(pen.ledger) })
        } catch {
            onFailure(error)
        }
    }
}
