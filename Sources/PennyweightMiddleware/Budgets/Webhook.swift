private import HTTPTypes
internal import Logging
internal import PennyweightLedger
public import PennyweightPipeline
public import PennyweightTime

/// Sends events to one receiver as signed webhooks (<https://www.standardwebhooks.com>).
///
/// A message is tried up to ``attemptLimit`` times, with growing pauses. An answer of 2xx within
/// ``patience`` is a delivery; anything else, a redirect too, is none. The header `webhook-id` stays the
/// same, so that a receiver can tell a repetition.
public struct Webhook: Sendable {
    /// The first attempt and five more.
    public static let attemptLimit = 6
    /// How long the receiver may take for an answer.
    public static let patience = Duration.seconds(30)
    /// What is read of an answer, so that its connection can be used again.
    private static let answerLimitBytes = 16 * 1_024

    private let url: WebhookURL
    private let secret: WebhookSecret
    private let pipeline: Pipeline
    private let time: any TimeSource
    private let random: any RandomSource
    private let backoff = Backoff(base: .seconds(1), cap: .seconds(60))

    /// Sends through a transport of its own or one that other calls use as well.
    public init(
        to url: WebhookURL, signedWith secret: WebhookSecret, transport: any Transport,
        time: any TimeSource, random: any RandomSource
    ) {
        self.url = url
        self.secret = secret
        self.time = time
        self.random = random
        pipeline = Pipeline(to: transport) { Deadline(limit: Webhook.patience, time: time) }
    }

    /// Tells an event; false if every attempt failed, each of which is logged. Throws nothing but
    /// `CancellationError`.
    func deliver(_ event: BudgetEvent, logger: Logger) async throws -> Bool {
        let body = event.webhookBody
        for attempt in 1...Webhook.attemptLimit {
            let problem = try await send(event, body, logger)
            guard let problem else { return true }
            logger.log(
                level: attempt == Webhook.attemptLimit ? .error : .warning, "A webhook was not taken.",
                metadata: [
                    "receiver": "\(url)", "event": "\(event.id)", "attempt": "\(attempt)",
                    "problem": "\(problem)",
                ])
            guard attempt < Webhook.attemptLimit else { break }
            // At least half of the ceiling: a receiver that restarts is not asked at once again.
            let ceiling = backoff.ceiling(afterAttempt: attempt)
            try await time.sleep(
                for: ceiling / 2 + backoff.wait(afterAttempt: attempt, random: random.next()) / 2)
        }
        return false
    }

    /// Why one attempt failed; nil if it was taken.
    private func send(_ event: BudgetEvent, _ body: [UInt8], _ logger: Logger) async throws -> String? {
        do {
            let response = try await pipeline.send(
                request(event, body), context: Context(id: event.id, logger: logger))
            // The status says all; the rest is read for the sake of the connection.
            _ = try? await response.body.collect(upTo: Webhook.answerLimitBytes)
            try Task.checkCancellation()
            return (200..<300).contains(response.status.code) ? nil : "status \(response.status.code)"
        } catch let error as CancellationError {
            throw error
        } catch let failure as Failure {
            return failure.code.description
        } catch {
            return "\(type(of: error))"
        }
    }

    private func request(_ event: BudgetEvent, _ body: [UInt8]) -> Request {
        let timestamp = time.now().seconds
        let id = event.id.description
        var request = Request(
            head: HTTPRequest(method: .post, scheme: url.scheme, authority: url.authority, path: url.target),
            body: Body(body))
        request.head.headerFields[.contentType] = "application/json"
        let fields = [
            ("webhook-id", id), ("webhook-timestamp", "\(timestamp)"),
            ("webhook-signature", secret.signature(id: id, timestamp: timestamp, body: body)),
        ]
        for (name, value) in fields {
            if let name = HTTPField.Name(name) { request.head.headerFields[name] = value }
        }
        return request
    }
}
