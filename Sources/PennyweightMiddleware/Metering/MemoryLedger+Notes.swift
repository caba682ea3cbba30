public import PennyweightLedger

extension MemoryLedger: CallNotes {
    public func enqueue(_ refusal: RefusedCall, onFailure: @escaping @Sendable (any Error) -> Void) {
        do {
            try note(refusal)
        } catch {
            onFailure(error)
        }
    }

    public func enqueue(_ origin: CallOrigin, onFailure: @escaping @Sendable (any Error) -> Void) {
        do {
            try note(origin)
        } catch {
            onFailure(error)
        }
    }
}
