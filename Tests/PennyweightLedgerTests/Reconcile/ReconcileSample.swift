import PennyweightLedger
import PennyweightTime

/// Lines and invoices of one made-up day.
enum ReconcileSample {
    static let day = Timestamp(seconds: 1_793_491_200)  // 2026-11-01T00:00:00Z
    static let bucket = Invoice.Bucket(start: day, end: day + .seconds(86_400))

    static func line(
        _ number: Int64 = 1, model: String = "gpt-4o-2024-08-06", account: String = "acme",
        provider: String = "openai", route: String = "/chat/completions", outcome: Outcome = .served,
        cost: Cost = .exact(Money(picos: 1_000_000_000)), input: Int64? = 100, output: Int64? = 10,
        cached: Int64? = nil, items: [LineItem] = [], meters: [Usage.Meter] = [], after: Duration = .zero
    ) -> LedgerLine {
        var tokens = TokenUsage(input: input, output: output)
        tokens.cachedInput = cached
        let hasUsage = input != nil || !meters.isEmpty
        return LedgerLine(
            number: number,
            kind: .attempt(
                holdID: SortableID(high: 1, low: UInt64(number)), number: 1, outcome: outcome),
            callID: SortableID(high: 2, low: UInt64(number)), at: day + .seconds(60) + after,
            subject: Subject(account: account, provider: provider, model: "gpt-4o", route: route),
            cost: cost, items: items,
            usage: hasUsage ? Usage(tokens: input == nil ? nil : tokens, meters: meters) : nil,
            executedModel: model, settledAt: day + .seconds(61) + after)
    }

    static func usage(
        _ requests: Int128, input: Int128, output: Int128, cached: Int128 = 0,
        model: String? = "gpt-4o-2024-08-06", project: String? = nil, in bucket: Invoice.Bucket = bucket
    ) -> Invoice.Line {
        Invoice.Line(
            service: .completions, bucket: bucket, project: project, name: model,
            quantities: [
                .requests: requests, .inputTokens: input, .outputTokens: output, .cachedInputTokens: cached,
            ])
    }

    static func cost(
        _ dollars: String, name: String? = "gpt-4o-2024-08-06", project: String? = nil,
        in bucket: Invoice.Bucket = bucket
    ) -> Invoice.Line {
        Invoice.Line(
            service: .costs, bucket: bucket, project: project, name: name,
            quantities: [.cost: InvoiceAmount(decimal: dollars)?.yoctos ?? 0])
    }

    static func invoice(_ lines: [Invoice.Line], covering buckets: Set<Invoice.Bucket> = [bucket]) throws
        -> Invoice
    {
        var invoice = Invoice()
        for service in Set(lines.map(\.service)) {
            try invoice.add(lines.filter { $0.service == service }, covering: buckets, of: service)
        }
        return invoice
    }

    static func reconcile(
        _ lines: [LedgerLine], _ invoice: Invoice, prices: PriceBook? = nil,
        _ change: (inout Reconciler.Options) -> Void = { _ in }
    ) -> Reconciliation {
        var options = Reconciler.Options()
        change(&options)
        var reconciler = Reconciler(invoice, options: options, prices: prices)
        for line in lines { reconciler.add(line) }
        return reconciler.reconciliation()
    }
}
