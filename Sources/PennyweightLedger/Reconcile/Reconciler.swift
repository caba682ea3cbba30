internal import PennyweightTime

/// Compares a ledger with a provider's exports, line by line of the ledger, in memory that grows with the
/// exports and not with the ledger.
///
/// ```swift
/// var reconciler = Reconciler(invoice, options: .init(), prices: try PriceBook.shipped())
/// for line in lines { reconciler.add(line) }
/// let result = reconciler.reconciliation()
/// ```
///
/// A line counts in the bucket in which its attempt was opened. What the provider was never asked, or
/// refused, doesn't count, and neither do hits.
public struct Reconciler: Sendable {
    /// How to compare.
    public struct Options: Sendable, Hashable {
        /// Only lines of this provider.
        public var provider = "openai"
        /// The account behind each project of the provider. What none of them covers is compared with all
        /// other projects; without any, everything is compared together.
        public var projects: [String: String] = [:]
        /// How wide the spans are that are compared.
        public var width = Width.export
        /// Differences of cost up to this amount don't count.
        public var tolerance = Money.zero

        public init() {}
    }

    /// How wide the spans are that are compared: calls at the edge of a bucket may fall into the next one on
    /// the other side, which wider spans hide.
    public enum Width: String, Sendable, Hashable, CaseIterable {
        /// The buckets of the export.
        case export
        case hour
        case day
        /// Everything that the export covers, at once.
        case all
    }

    struct Key: Hashable {
        var service: Invoice.Service
        var bucket: Invoice.Bucket
        var project: String?
        var name: String?
    }

    struct Cell {
        var here: [InvoiceFigure: Int128] = [:]
        var there: [InvoiceFigure: Int128] = [:]
        var uncertainty = Reconciliation.Uncertainty()
    }

    let options: Options
    private(set) var cells: [Key: Cell] = [:]
    private(set) var names: ModelNames
    private let buckets: [Invoice.Service: [Invoice.Bucket]]
    /// Services whose export tells models apart.
    private let named: Set<Invoice.Service>

    /// Makes a comparison with these exports; `prices` tells aliases of models.
    public init(_ invoice: Invoice, options: Options, prices: PriceBook?) {
        self.options = options
        names = ModelNames(book: prices, provider: options.provider)
        buckets = invoice.buckets.mapValues { $0.sorted() }
        named = Set(invoice.lines.filter { $0.name != nil }.map(\.service))
        for line in invoice.lines {
            let key = Key(
                service: line.service, bucket: widened(line.bucket, of: line.service),
                project: project(line.project), name: line.name.map { names.note($0) })
            cells[key, default: Cell()].there.merge(line.quantities) { $0 + $1 }
        }
    }

    /// Counts one line of the ledger, if the exports cover it.
    public mutating func add(_ line: LedgerLine) {
        guard line.subject.provider == options.provider else { return }
        let counts = ReconciledLine(line)
        if let service = counts.service, !counts.usage.isEmpty || counts.isWithoutUsage {
            var uncertainty = Reconciliation.Uncertainty()
            if counts.isWithoutUsage { uncertainty.withoutUsage = 1 }
            add(line, to: service, name: counts.model, counts.usage, uncertainty)
        }
        for (name, amount) in counts.costs {
            add(line, to: .costs, name: name, [.cost: amount.yoctos], .init())
        }
        if let uncertainty = counts.uncertainty {
            add(line, to: .costs, name: counts.costName, [:], uncertainty)
        }
    }

    private mutating func add(
        _ line: LedgerLine, to service: Invoice.Service, name: String,
        _ quantities: [InvoiceFigure: Int128], _ uncertainty: Reconciliation.Uncertainty
    ) {
        guard let bucket = bucket(of: service, at: line.at) else { return }
        let key = Key(
            service: service, bucket: widened(bucket, of: service), project: project(covering: line),
            name: named.contains(service) ? names.note(name) : nil)
        var cell = cells[key] ?? Cell()
        cell.here.merge(quantities) { $0 + $1 }
        cell.uncertainty = cell.uncertainty + uncertainty
        cells[key] = cell
    }

    /// The bucket that a moment lies in; nil if the exports don't cover it.
    private func bucket(of service: Invoice.Service, at time: Timestamp) -> Invoice.Bucket? {
        guard let sorted = buckets[service] else { return nil }
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].start <= time { low = middle + 1 } else { high = middle }
        }
        guard low > 0, time < sorted[low - 1].end else { return nil }
        return sorted[low - 1]
    }

    private func widened(_ bucket: Invoice.Bucket, of service: Invoice.Service) -> Invoice.Bucket {
        switch options.width {
        case .export: return bucket
        case .hour: return bucket.within(start: bucket.start.hour, length: .seconds(3_600))
        case .day: return bucket.within(start: bucket.start.day.start, length: .seconds(86_400))
        case .all:
            guard let first = buckets[service]?.first, let last = buckets[service]?.last else {
                return bucket
            }
            return Invoice.Bucket(start: first.start, end: last.end)
        }
    }

    static let otherProjects = "(other)"

    private func project(_ project: String?) -> String? {
        guard !options.projects.isEmpty else { return nil }
        guard let project, options.projects[project] != nil else { return Reconciler.otherProjects }
        return project
    }

    /// The project whose account is nearest above the line's.
    private func project(covering line: LedgerLine) -> String? {
        guard !options.projects.isEmpty else { return nil }
        let covering = options.projects.filter { AccountPath.isCovered(line.subject.account, by: $0.value) }
        let nearest = covering.max { ($0.value.utf8.count, $1.key) < ($1.value.utf8.count, $0.key) }
        return nearest?.key ?? Reconciler.otherProjects
    }
}

extension Invoice.Bucket {
    /// The span of this length that holds the bucket; a wider bucket stays as it is.
    fileprivate func within(start: Timestamp, length: Duration) -> Invoice.Bucket {
        end - start <= length ? Invoice.Bucket(start: start, end: start + length) : self
    }
}
