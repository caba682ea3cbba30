internal import HTTPTypes
public import PennyweightLedger
public import PennyweightPipeline
public import PennyweightTime

/// Writes a durable hold before each attempt, and exactly one line when it has ended.
///
/// ```swift
/// Metering(
///     ledger: ledger, meter: meter, prices: try PriceBook.shipped(), provider: "openai",
///     settlements: settlements, time: time, random: random)
/// ```
///
/// Requests that can't cost money pass through. For others nothing is sent unless the hold is written: if it
/// can't be, this throws `Failure` `ledgerUnavailable`. The response carries a ``ReceiptFact``, which is
/// issued when the body ends; by then the line is in the ledger, as a rule. An error status is closed as
/// refused at once, whether or not its body is read. Cancelling the caller, or dropping the body, cancels the
/// attempt but not its line.
public struct Metering: Middleware {
    private let ledger: any Ledger
    private let meter: any UsageMeter
    private let prices: PriceBook
    private let provider: String
    private let settlements: Settlements
    private let time: any TimeSource
    private let random: any RandomSource
    private let policy: MeteringPolicy

    public var place: Place { .metering }

    public init(
        ledger: any Ledger, meter: any UsageMeter, prices: PriceBook, provider: String,
        settlements: Settlements,
        time: any TimeSource, random: any RandomSource, policy: MeteringPolicy = MeteringPolicy()
    ) {
        self.ledger = ledger
        self.meter = meter
        self.prices = prices
        self.provider = provider
        self.settlements = settlements
        self.time = time
        self.random = random
        self.policy = policy
    }

    public func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        guard let quote = meter.quote(request) else { return try await next(request, context) }
        let attempt = try await open(quote, context)
        // A hold is open from here on: each way out closes it.
        if Task.isCancelled {
            attempt.submit(.neverSent, answer: nil)
            throw CancellationError()
        }
        do {
            let response = try await next(request, context)
            return try await metered(response, quote, attempt)
        } catch let error as CancellationError {
            attempt.submit(.unanswered, answer: nil)
            throw error
        } catch {
            let wasNeverSent = (error as? Failure)?.wasNeverSent == true
            await attempt.settle(wasNeverSent ? .neverSent : .unanswered, answer: nil)
            throw error
        }
    }

    private func metered(_ response: Response, _ quote: Quote, _ attempt: OpenAttempt) async throws
        -> Response
    {
        var response = response
        response.facts[ReceiptFact.self] = attempt.receipt
        var answer = Attempt.Answer(status: response.status.code, firstByteAt: time.now())
        if response.status.code >= 400 {
            await attempt.settle(.refused, answer: answer)
            return response
        }
        var reading = meter.reading(of: response.head, to: quote)
        if response.body.length == 0 {
            answer.summary = reading.summary()
            await attempt.settle(.complete, answer: answer)
            return response
        }
        let reader = MeteredReader(
            try response.body.makeReader(), length: response.body.length, reading: reading, answer: answer,
            attempt: attempt)
        response.body = Body(once: reader, length: response.body.length)
        return response
    }

    private func open(_ quote: Quote, _ context: Context) async throws -> OpenAttempt {
        let now = time.now()
        let price = prices.price(of: quote.model, provider: provider, at: now)
        if price == nil, policy.unpriced == .refuse {
            throw Failure(
                .unpriced,
                "The model '\(quote.model)' of \(provider) has no price, and unpriced models are refused; "
                    + "add its price, or allow them.",
                wasNeverSent: true)
        }
        let remaining = context.deadline.map { max(.zero, $0 - time.instant()) } ?? .zero
        let hold = Hold(
            id: SortableID(time: time, random: random), callID: context.id, attempt: context.attempt,
            subject: Subject(
                account: context.account, key: context[KeyLabel.self], tags: context.tags, provider: provider,
                model: quote.model, route: quote.route),
            upperBound: price?.upperBound(
                inputTokens: quote.inputTokens, outputTokens: quote.outputTokens, choices: quote.choices,
                meters: quote.meters),
            limit: policy.budget, openedAt: now, expiresAt: now + remaining + policy.holdLifetime)
        do {
            try await ledger.reserve(hold)
        } catch let error as CancellationError {
            throw error
        } catch let error as Failure {
            let code = error.code == .storage ? .ledgerUnavailable : error.code
            throw Failure(code, error.message, wasNeverSent: true, retryAfter: error.retryAfter)
        } catch {
            throw Failure(
                .ledgerUnavailable, "The ledger can't be written, so nothing may be spent: \(error)",
                wasNeverSent: true)
        }
        return OpenAttempt(
            Attempt(hold: hold, quote: quote, prices: prices), ledger: ledger, settlements: settlements,
            time: time)
    }
}
