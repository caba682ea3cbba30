internal import PennyweightLedger
internal import PennyweightTime
private import Synchronization

/// What the simulated provider has billed: totals of everything, and the last charges one by one.
final class SimulatedBilling: Sendable {
    /// Older charges are in the totals only.
    static let keptCharges = 10_000
    static let keptAttempts = 20_000

    struct Totals: Sendable {
        var count = 0
        /// Charges of models that the price book doesn't list.
        var unpriced = 0
        var billed = MoneyTotal.zero
        var byOutcome: [ProviderCharge.Outcome: MoneyTotal] = [:]
    }

    private struct State {
        var charges: [ProviderCharge] = []
        var attempts = BoundedStore<UInt64, ProviderAttempt>(limit: SimulatedBilling.keptAttempts)
        var totals = Totals()
    }

    private let state = Mutex(State())
    private let prices: PriceBook?
    private let time: any TimeSource

    init(prices: PriceBook?, time: any TimeSource) {
        self.prices = prices
        self.time = time
    }

    var charges: [ProviderCharge] {
        state.withLock { Array($0.charges.suffix(SimulatedBilling.keptCharges)) }
    }

    var totals: Totals { state.withLock { $0.totals } }

    /// Commands that arrived, oldest first, each with its charge as soon as there is one.
    var attempts: [ProviderAttempt] { state.withLock { $0.attempts.all } }

    /// Notes a command, which may be billed or not.
    func note(_ call: SimulatedCall) {
        guard call.request.method == "POST" else { return }
        let number = call.ticket.call
        let attempt = ProviderAttempt(
            number: number, label: call.request.header(ProviderAttempt.labelHeader), path: call.request.path)
        state.withLock { $0.attempts[number] = attempt }
    }

    /// Charges a call at the prices that hold now.
    func charge(_ bill: Bill, outcome: ProviderCharge.Outcome) {
        let now = time.now()
        let charge = ProviderCharge(
            id: bill.id, route: bill.route, model: bill.model.snapshot, usage: bill.usage,
            amount: price(bill, at: now), outcome: outcome, at: now)
        state.withLock { state in
            state.charges.append(charge)
            // Cut in steps, so that a long run doesn't move the whole list with each charge.
            if state.charges.count > 2 * SimulatedBilling.keptCharges {
                state.charges.removeFirst(SimulatedBilling.keptCharges)
            }
            state.attempts[bill.call]?.charge = charge
            state.totals.count += 1
            guard let amount = charge.amount else {
                state.totals.unpriced += 1
                return
            }
            state.totals.billed += MoneyTotal(amount)
            state.totals.byOutcome[outcome, default: .zero] += MoneyTotal(amount)
        }
    }

    func reset() {
        state.withLock { $0 = State() }
    }

    /// The price of the model that ran; of the one that was asked for, if the book doesn't list its
    /// snapshots.
    private func price(_ bill: Bill, at now: Timestamp) -> Money? {
        let names = [bill.model.snapshot, bill.model.name]
        let price = names.lazy.compactMap { self.prices?.price(of: $0, provider: "openai", at: now) }.first
        return price?.charge(for: bill.usage).cost.exactAmount
    }
}
