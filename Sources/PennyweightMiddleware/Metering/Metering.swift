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
/// refused at once, whether or not its body is read; a stage further out that may try again decides how it
/// counts (``Verdict``). Cancelling the caller, or dropping the body, cancels the attempt but not its line.
///
/// An answer that only says that a job was accepted (a video) leaves the hold open, and has noted that before
/// the caller gets it. The job is settled by the first answer, to any process, that says how it ended
/// (``JobReader``). A ``JobPoller`` asks for those that no caller asks for.
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
        guard let quote = meter.quote(request) else {
            guard let watch = jobWatch, let inquiry = watch.jobs.inquiry(request) else {
                return try await next(request, context)
            }
            return try await watch.pass(request, inquiry, context: context, next: next)
        }
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
            await attempt.fail(wasNeverSent ? .neverSent : .unanswered, answer: nil)
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
            await attempt.fail(.refused, answer: answer)
            return response
        }
        if let watch = jobWatch, watch.jobs.mayStart(quote.route),
            try await watch.started(&response, attempt, answer)
        {
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

    private var jobWatch: JobWatch? {
        meter.jobs.map {
            JobWatch(
                jobs: $0, ledger: ledger, prices: prices, provider: provider, region: policy.region,
                settlements: settlements, time: time)
        }
    }

    /// How long the hold of an attempt lasts, counted from its opening.
    private func lifetime(_ quote: Quote, _ context: Context) -> Duration {
        let remaining = context.deadline.map { max(.zero, $0 - time.instant()) } ?? .zero
        let lifetime = remaining + policy.holdLifetime
        // Its answer may leave it to a job, which outlives it.
        return meter.jobs?.mayStart(quote.route) == true ? max(lifetime, policy.jobLifetime) : lifetime
    }

    private func open(_ quote: Quote, _ context: Context) async throws -> OpenAttempt {
        let now = time.now()
        let price = prices.price(of: quote.model, provider: provider, region: policy.region, at: now)
        let subject = Subject(
            account: context.account, key: context[KeyLabel.self], user: context[EndUser.self],
            tags: context.tags, provider: provider, model: quote.model, route: quote.route)
        let claims = policy.budgets.compactMap { $0.claim(on: subject, at: now) }
        let cap = price == nil && !quote.isFree ? try cap(for: subject, hasBudget: !claims.isEmpty) : nil
        let hold = Hold(
            id: SortableID(time: time, random: random), callID: context.id, attempt: context.attempt,
            subject: subject, upperBound: quote.upperBound(at: price) ?? cap,
            isCapped: cap != nil, claims: claims,
            queued: context.startedAt.map { time.instant() - $0 } ?? .zero, openedAt: now,
            expiresAt: now + lifetime(quote, context))
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
            Attempt(
                hold: hold, quote: quote, prices: prices, region: policy.region),
            verdict: context[AttemptVerdict.self], ledger: ledger, settlements: settlements, time: time)
    }

    /// What is held for a call to a model without a price; nil if nothing is. Throws `Failure` `unpriced` if
    /// the account's policy refuses it.
    private func cap(for subject: Subject, hasBudget: Bool) throws -> Money? {
        switch policy.unpriced(for: subject.account, hasBudget: hasBudget) {
        case .allow: return nil
        case .cap(let amount): return amount
        case .refuse:
            let place = policy.region.map { " in region '\($0)'" } ?? ""
            throw Failure(
                .unpriced,
                "The model '\(subject.model)' of \(provider)\(place) has no price, and unpriced models are "
                    + "refused for account '\(subject.account)'; add its price, or allow or cap unpriced "
                    + "models.",
                wasNeverSent: true)
        }
    }
}
