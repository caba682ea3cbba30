internal import PennyweightLedger

/// Amounts of money as lengths, and the round amounts that an axis shows. Whole numbers only.
struct ChartScale {
    /// From one tick to the next: 1, 2 or 5 times a power of ten picos.
    let step: Int128
    /// Where the axis ends: the least multiple of `step` that nothing exceeds.
    let top: Int128

    /// The most steps that an axis has.
    static let stepLimit: Int128 = 5
    /// What lies beyond is drawn as if it were this much (10²⁶ dollars).
    private static let limit = Int128(10_000_000_000_000_000_000) * 10_000_000_000_000_000_000

    init(greatest: MoneyTotal) {
        let greatest = min(max(greatest.picos, 1), ChartScale.limit)
        let least = (greatest - 1) / ChartScale.stepLimit + 1
        var step: Int128 = 1
        var power: Int128 = 1
        while step < least {
            if step == power {
                step = power * 2
            } else if step == power * 2 {
                step = power * 5
            } else {
                power *= 10
                step = power
            }
        }
        self.step = step
        top = ((greatest - 1) / step + 1) * step
    }

    /// How long an amount is on an axis of this length; nothing if it is negative.
    func length(of amount: MoneyTotal, on axis: Int) -> Int {
        // An axis is drawn to a millionth, so that no product leaves the range.
        let part = max(1, top / 1_000_000)
        let amount = min(max(amount.picos, 0), top)
        return Int(amount / part * Int128(axis) / (top / part))
    }

    /// The amounts at which the axis has a line, from nothing to its end.
    var ticks: [MoneyTotal] {
        (0...(top / step)).map { MoneyTotal(picos: $0 * step) }
    }
}
