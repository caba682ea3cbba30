internal import PennyweightLedger
private import Synchronization

/// A caller that got the answer to another's call: told once what that saved it.
final class Follower: Sendable {
    let receipt = Receipt()
    private let note: Mutex<(@Sendable (Receipt.Statement) -> Void)?>

    /// `note` gets what the answer cost the one who paid.
    init(_ note: @escaping @Sendable (Receipt.Statement) -> Void) {
        self.note = Mutex(note)
    }

    /// The answer is complete, and cost this.
    func settle(_ paid: Receipt.Statement) {
        guard let note = note.withLock({ $0.take() }) else { return }
        receipt.issue(
            Receipt.Statement(
                cost: .nothing, saved: paid.cost, provider: paid.provider, model: paid.model,
                usage: paid.usage))
        note(paid)
    }
}
