internal import Metrics
private import PennyweightLedger
private import PennyweightTime

/// Counts exchanges. Every label has few values: routes, statuses and cache outcomes, never a model or an
/// account.
struct ExchangeMetrics: Sendable {
    let factory: any MetricsFactory

    /// Counts one exchange that has ended.
    func count(_ exchange: Exchange) {
        let route = ("route", exchange.route)
        let cache = ("cache", exchange.cacheLabel)
        Counter(
            label: "pennyweight.requests",
            dimensions: [
                route, ("status", exchange.statusLabel), cache, ("ending", exchange.ending.rawValue),
            ],
            factory: factory
        ).increment()
        Timer(label: "pennyweight.duration", dimensions: [route, cache], factory: factory)
            .recordNanoseconds(exchange.duration.nanoseconds)
        if let first = exchange.timeToFirstByte {
            Timer(label: "pennyweight.first_byte", dimensions: [route, cache], factory: factory)
                .recordNanoseconds(first.nanoseconds)
        }
        if let statement = exchange.statement { count(statement, route: route) }
    }

    /// Counts money, where it is exact; what isn't, is counted by its status, and never as an amount.
    private func count(_ statement: Receipt.Statement, route: (String, String)) {
        Counter(
            label: "pennyweight.costs", dimensions: [route, ("status", statement.cost.status)],
            factory: factory
        ).increment()
        if let charged = statement.cost.exactAmount, charged > .zero {
            Counter(label: "pennyweight.charged.picos", dimensions: [route], factory: factory)
                .increment(by: charged.picos)
        }
        if let saved = statement.saved.exactAmount, saved > .zero {
            Counter(label: "pennyweight.saved.picos", dimensions: [route], factory: factory)
                .increment(by: saved.picos)
        }
    }
}
