/// How a ledger and a provider's exports differ.
public struct Reconciliation: Sendable, Hashable {
    /// Sorted by time, service, project, model and figure.
    public var differences: [Difference]
    /// What each service adds up to over everything that the exports cover.
    public var totals: [Total]
    /// Differences of cost that the tolerance hides.
    public var tolerated: Int

    public init(differences: [Difference], totals: [Total], tolerated: Int) {
        self.differences = differences
        self.totals = totals
        self.tolerated = tolerated
    }

    /// True if there is no difference beyond the tolerance.
    public var agrees: Bool { differences.isEmpty }

    /// What a difference is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The provider has requests, tokens or charges that the ledger doesn't have.
        case missingHere = "missing-here"
        /// The ledger has some that the provider doesn't have.
        case missingThere = "missing-there"
        /// As many requests, but other tokens.
        case count
        /// The same usage, but another cost.
        case price
    }

    /// One figure of one bucket that differs.
    public struct Difference: Sendable, Hashable {
        public var kind: Kind
        public var service: Invoice.Service
        public var bucket: Invoice.Bucket
        /// The provider's project; nil if all projects are compared together.
        public var project: String?
        /// Nil if the export is not grouped by model.
        public var model: String?
        public var figure: InvoiceFigure
        /// By the ledger; in the unit of the figure.
        public var here: Int128
        /// By the provider.
        public var there: Int128
        /// Lines of the ledger that don't know their figure, and so could be it.
        public var uncertainty: Uncertainty

        /// What the provider has more than the ledger.
        public var difference: Int128 { there - here }
    }

    /// What the ledger doesn't know exactly in one bucket.
    public struct Uncertainty: Sendable, Hashable {
        /// Attempts whose cost is estimated, and the sums of their bounds.
        public var estimated = 0
        public var lower = MoneyTotal.zero
        public var upper = MoneyTotal.zero
        /// Attempts whose cost is unknown.
        public var unknown = 0
        /// Attempts without reported tokens.
        public var withoutUsage = 0

        public init() {}

        static func + (left: Uncertainty, right: Uncertainty) -> Uncertainty {
            var sum = left
            sum.estimated += right.estimated
            sum.lower += right.lower
            sum.upper += right.upper
            sum.unknown += right.unknown
            sum.withoutUsage += right.withoutUsage
            return sum
        }
    }

    /// What one figure adds up to on both sides.
    public struct Total: Sendable, Hashable {
        public var service: Invoice.Service
        public var figure: InvoiceFigure
        public var here: Int128
        public var there: Int128

        /// What the provider has more than the ledger.
        public var difference: Int128 { there - here }
    }
}

extension Reconciliation.Difference {
    /// What in the ledger could explain the difference; nil if nothing does.
    ///
    /// `2 estimated lines of $0.01..$0.05 can be it`, `1 line of unknown cost here`.
    public var explanation: String? {
        if figure == .cost { return costExplanation }
        guard figure != .requests, uncertainty.withoutUsage > 0, difference > 0 else { return nil }
        return "\(lines(uncertainty.withoutUsage)) here without reported usage"
    }

    private var costExplanation: String? {
        var parts: [String] = []
        if uncertainty.estimated > 0 {
            let isWithin =
                InvoiceAmount(uncertainty.lower).yoctos <= difference
                && difference <= InvoiceAmount(uncertainty.upper).yoctos
            parts.append(
                "\(lines(uncertainty.estimated, "estimated")) of \(uncertainty.lower)..\(uncertainty.upper) "
                    + (isWithin ? "can be it" : "can't be all of it"))
        }
        if uncertainty.unknown > 0 { parts.append("\(lines(uncertainty.unknown)) of unknown cost here") }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    private func lines(_ count: Int, _ adjective: String? = nil) -> String {
        "\(count) \(adjective.map { $0 + " " } ?? "")line\(count == 1 ? "" : "s")"
    }
}
