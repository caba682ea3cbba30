/// Prices attempts again with another book, and says what that changes.
///
/// ```swift
/// var repricing = Repricing(prices: book)
/// for line in lines { if let change = repricing.add(line, corrections: nil) { changes.append(change) } }
/// ```
///
/// The price is the one that the book has for the time at which the attempt was opened; the counts are those
/// that the line was charged by. An attempt without reported usage, or with an estimated cost, is listed and
/// not guessed.
public struct Repricing: Sendable {
    /// A line that comes to another cost.
    public struct Change: Sendable, Hashable {
        public let line: Int64
        public let model: String
        /// What the line and its corrections come to so far; nil if its cost is unknown.
        public let before: MoneyTotal?
        public let after: Money
        public let priceVersion: String

        /// What the new price charges more.
        public var difference: MoneyTotal {
            MoneyTotal(picos: Int128(after.picos) - (before ?? .zero).picos)
        }
    }

    /// A line that can't be priced again.
    public struct Gap: Sendable, Hashable {
        public let line: Int64
        public let model: String
        public let reason: String
    }

    /// The sums of one model.
    public struct Sum: Sendable, Hashable {
        /// Lines that were priced again.
        public var lines = 0
        /// Of `lines`: those that come to another cost.
        public var changed = 0
        /// Of `changed`: those whose cost was unknown, which counts as nothing in `before`.
        public var wereUnknown = 0
        public var before = MoneyTotal.zero
        public var after = MoneyTotal.zero

        public init() {}

        /// What the new prices charge more.
        public var difference: MoneyTotal { MoneyTotal(picos: after.picos - before.picos) }
    }

    /// The most lines without a price that are listed.
    public static let gapLimit = 100

    public private(set) var sums: [String: Sum] = [:]
    /// At most ``gapLimit``.
    public private(set) var gaps: [Gap] = []
    public private(set) var gapCount = 0
    private let prices: PriceBook
    private let region: String?

    /// `region` is where the provider ran the attempts, for prices that differ by region.
    public init(prices: PriceBook, region: String? = nil) {
        self.prices = prices
        self.region = region
    }

    /// Prices one line again; `corrections` is what was booked for it before. Nil if nothing changes, or it
    /// can't be priced.
    public mutating func add(_ line: LedgerLine, corrections: MoneyTotal?) -> Change? {
        guard line.outcome != nil, line.cost != .nothing || line.usage != nil else { return nil }
        let model = line.executedModel ?? line.subject.model
        let before: MoneyTotal?
        switch line.cost {
        case .exact(let amount): before = MoneyTotal(amount) + (corrections ?? .zero)
        case .unknown: before = corrections
        case .estimated: return skip(line, model, "its cost is estimated")
        }
        guard let usage = Repricing.usage(of: line) else { return skip(line, model, "it has no usage") }
        guard let price = price(of: line) else { return skip(line, model, "'\(model)' has no price") }
        let charge = price.charge(for: usage)
        guard case .exact(let after) = charge.cost else {
            if case .unknown(let reason) = charge.cost { return skip(line, model, reason) }
            return skip(line, model, "it can't be priced exactly")
        }
        let change = Change(
            line: line.number, model: model, before: before, after: after, priceVersion: price.version)
        let isChanged = before != MoneyTotal(after)
        var sum = sums[model] ?? Sum()
        sum.lines += 1
        sum.changed += isChanged ? 1 : 0
        sum.wereUnknown += before == nil ? 1 : 0
        sum.before += before ?? .zero
        sum.after += MoneyTotal(after)
        sums[model] = sum
        return isChanged ? change : nil
    }

    /// The sums of all models.
    public var total: Sum {
        sums.values.reduce(into: Sum()) { total, sum in
            total.lines += sum.lines
            total.changed += sum.changed
            total.wereUnknown += sum.wereUnknown
            total.before += sum.before
            total.after += sum.after
        }
    }

    private mutating func skip(_ line: LedgerLine, _ model: String, _ reason: String) -> Change? {
        gapCount += 1
        if gaps.count < Repricing.gapLimit {
            gaps.append(Gap(line: line.number, model: model, reason: reason))
        }
        return nil
    }

    /// What the line was charged by: reported tokens, and meters also from its items, because what was asked
    /// for (an image's quality and size) decides the price without being reported.
    private static func usage(of line: LedgerLine) -> Usage? {
        guard var usage = line.usage else { return nil }
        let charged = line.items.filter { !$0.unit.isToken }
        let counted = Set(usage.meters.map(\.unit))
        usage.meters += charged.filter { !counted.contains($0.unit) }.map {
            Usage.Meter($0.unit, variant: $0.variant, count: $0.count)
        }
        return usage
    }

    /// The price of the model that ran; of the model that was asked for if that is the same without its date.
    private func price(of line: LedgerLine) -> Price? {
        let price = {
            prices.price(of: $0, provider: line.subject.provider, region: region, at: line.at)
        }
        guard let executed = line.executedModel, executed != line.subject.model else {
            return price(line.subject.model)
        }
        if let exact = price(executed) { return exact }
        return ModelNames.undated(executed) == line.subject.model ? price(line.subject.model) : nil
    }
}
