/// What one line of the ledger has to compare with a provider's exports.
struct ReconciledLine {
    /// The export that counts it; nil if it was no request to the provider, or none of these.
    let service: Invoice.Service?
    let model: String
    /// Its figures for the usage export.
    private(set) var usage: [InvoiceFigure: Int128] = [:]
    /// True if the provider reported no usage for it.
    private(set) var isWithoutUsage = false
    /// What it cost, by what a costs export names it.
    private(set) var costs: [String: InvoiceAmount] = [:]
    /// Set if the cost isn't exactly known.
    private(set) var uncertainty: Reconciliation.Uncertainty?

    /// How a costs export names web searches.
    static let webSearch = "web search"

    init(_ line: LedgerLine) {
        model = line.executedModel ?? line.subject.model
        let isRequest = ReconciledLine.reachedProvider(line)
        service = isRequest ? Invoice.Service(route: line.subject.route) : nil
        if isRequest { readUsage(line) }
        if line.avoided == nil { readCost(line) }
    }

    /// The model as a costs export names it: fine-tuned ones by their base, `ft-gpt-4o-2024-08-06`.
    var costName: String {
        guard model.hasPrefix("ft:") else { return model }
        let base = model.dropFirst(3).prefix { $0 != ":" }
        return "ft-\(base)"
    }

    /// True for an attempt that the provider may have worked on.
    private static func reachedProvider(_ line: LedgerLine) -> Bool {
        switch line.outcome {
        case nil, .refused, .neverSent: false
        case .served: true
        case .absorbed, .hedgeLost, .abandoned: line.usage != nil || line.cost != .nothing
        }
    }

    private mutating func readUsage(_ line: LedgerLine) {
        usage[.requests] = 1
        guard let service else { return }
        var found = false
        let tokens = line.usage?.tokens
        for figure in service.figures where figure != .requests {
            let count: Int64? =
                switch figure {
                case .inputTokens: tokens?.input
                case .cachedInputTokens: tokens?.cachedInput
                case .outputTokens: tokens?.output
                case .images: meter(.image, in: line)
                case .characters: meter(.character, in: line)
                case .seconds: meter(.audioSecond, in: line)
                case .requests, .cost: nil
                }
            guard let count else { continue }
            found = true
            usage[figure] = Int128(count)
        }
        isWithoutUsage = !found && service != .moderations
    }

    private func meter(_ unit: Unit, in line: LedgerLine) -> Int64? {
        let counts = (line.usage?.meters ?? []).filter { $0.unit == unit }.map(\.count)
        return counts.isEmpty ? nil : counts.reduce(0) { Int64(clamping: Int128($0) + Int128($1)) }
    }

    private mutating func readCost(_ line: LedgerLine) {
        switch line.cost {
        case .exact(let amount):
            let searches = line.items.filter { $0.unit == .search }
                .reduce(Int128.zero) { $0 + Int128($1.amount.picos) }
            let rest = Int128(amount.picos) - searches
            if rest != 0 { costs[costName] = InvoiceAmount(MoneyTotal(picos: rest)) }
            if searches != 0 {
                costs[ReconciledLine.webSearch] = InvoiceAmount(MoneyTotal(picos: searches))
            }
        case .estimated(let lower, let upper, _):
            var uncertainty = Reconciliation.Uncertainty()
            uncertainty.estimated = 1
            uncertainty.lower = MoneyTotal(lower)
            uncertainty.upper = MoneyTotal(upper)
            self.uncertainty = uncertainty
        case .unknown:
            var uncertainty = Reconciliation.Uncertainty()
            uncertainty.unknown = 1
            self.uncertainty = uncertainty
        }
    }
}

extension Invoice.Service {
    /// The export that counts calls of a route; nil if none does.
    init?(route: String) {
        switch route {
        case "/chat/completions", "/completions", "/responses": self = .completions
        case "/embeddings": self = .embeddings
        case "/moderations": self = .moderations
        case "/audio/speech": self = .audioSpeeches
        case "/audio/transcriptions", "/audio/translations": self = .audioTranscriptions
        case _ where route.hasPrefix("/images/"): self = .images
        default: return nil
        }
    }

    /// What its export counts.
    public var figures: [InvoiceFigure] {
        switch self {
        case .completions: [.requests, .inputTokens, .cachedInputTokens, .outputTokens]
        case .embeddings, .moderations: [.requests, .inputTokens]
        case .images: [.requests, .images]
        case .audioSpeeches: [.requests, .characters]
        case .audioTranscriptions: [.requests, .seconds]
        case .costs: [.cost]
        }
    }
}
