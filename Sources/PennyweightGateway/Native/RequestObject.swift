internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// A call as the native API shows it: what was asked of whom, and what came of it. It holds no prompt and no
/// answer: the ledger has none.
enum RequestObject {
    static func json(_ record: CallRecord) -> JSONValue {
        let subject = record.subject
        let ending = CallEnding(record)
        let saving = record.lines.first { $0.avoided != nil }
        let end = record.open.isEmpty ? record.lines.map(\.settledAt).max() : nil
        var members: [JSONValue.Member] = [
            .init("id", .text(record.id.description)),
            .init("object", .text("request")),
            .init("created_at", .of(record.at)),
            .init("model", .text(subject.model)),
            .init("modality", .text(modality(of: subject.route))),
            .init("endpoint", .text(subject.route)),
            .init("status", .text(ending.status)),
        ]
        members += CallCost(lines: record.lines, open: record.open).members
        members += [
            .init("currency", .text("usd")),
            .init("source", .of(source(of: saving))),
            .init("avoided_usd", .of(saving?.avoided?.exactAmount?.text)),
            .init("duration_ms", end.map { .integer(max(0, ($0 - record.at).milliseconds)) } ?? .null),
            .init("key_id", .of(subject.key)),
            .init("account", .text(subject.account)),
            .init("user", .of(subject.user)),
            .init("tags", .texts(subject.tags)),
            .init("error_code", .of(ending.errorCode)),
            .init("error_message", .of(ending.errorMessage)),
            .init("session_id", .of(record.origin?.session)),
            .init("trace_id", .of(record.origin?.trace)),
            .init("attempts", .array(AttemptObject.all(of: record))),
        ]
        return .object(members)
    }

    /// What kind of thing is made or read, by the route.
    private static func modality(of route: String) -> String {
        let kinds = [
            "/images": "image", "/videos": "video", "/audio/speech": "speech", "/audio": "transcription",
            "/embeddings": "embedding", "/moderations": "moderation",
        ]
        let longest = kinds.keys.filter { route == $0 || route.hasPrefix($0 + "/") }.max {
            $0.count < $1.count
        }
        return longest.flatMap { kinds[$0] } ?? "text"
    }

    /// Where an answer without an attempt came from.
    private static func source(of saving: LedgerLine?) -> String? {
        if case .saving(let source, _)? = saving?.kind { source.rawValue } else { nil }
    }
}

/// How a call stands, in Lumenfall's words, and what went wrong with it.
struct CallEnding: Sendable, Hashable {
    /// `completed`, `processing`, `rejected`, `upstream_failure` or `cancelled`.
    let status: String
    /// Nil unless it failed.
    let errorCode: String?
    let errorMessage: String?

    /// Every word that a call's status can be.
    static let statuses = ["completed", "processing", "rejected", "upstream_failure", "cancelled"]

    init(_ record: CallRecord) {
        let last = record.lines.last { $0.outcome != nil }
        switch record.status {
        case .completed: self.init(status: "completed")
        case .pending: self.init(status: "processing")
        case .abandoned:
            let reason = last.flatMap { CallCost($0.cost).reason }
            self.init(
                status: "cancelled", errorCode: "abandoned",
                errorMessage: "The exchange broke off" + (reason.map { ": \($0)." } ?? "."))
        case .failed:
            if last?.outcome == .neverSent, let status = last?.status {
                self.init(refusedHereWith: status)
            } else {
                self.init(refusedWith: last?.status)
            }
        }
    }

    private init(status: String, errorCode: String? = nil, errorMessage: String? = nil) {
        self.status = status
        self.errorCode = errorCode
        self.errorMessage = errorMessage
    }

    /// The gateway rejected the call, and nothing was sent.
    private init(refusedHereWith code: Int) {
        let names = [
            400: "invalid_request", 402: "insufficient_quota", 403: "not_allowed", 413: "body_too_large",
            429: "rate_limit_exceeded",
        ]
        self.init(
            status: "rejected", errorCode: names[code] ?? "refused_\(code)",
            errorMessage: "The gateway refused the call with status \(code); nothing was sent.")
    }

    /// The provider rejected the request itself with most statuses from 400 on; with the others, and without
    /// one, it was not able to answer.
    private init(refusedWith code: Int?) {
        guard let code else {
            self.init(
                status: "upstream_failure", errorCode: "never_sent",
                errorMessage: "The request never left: the provider could not be reached.")
            return
        }
        let isRejected = (400..<500).contains(code) && ![401, 402, 403, 408, 409, 429].contains(code)
        self.init(
            status: isRejected ? "rejected" : "upstream_failure", errorCode: "upstream_\(code)",
            errorMessage: "The provider answered with status \(code).")
    }
}
