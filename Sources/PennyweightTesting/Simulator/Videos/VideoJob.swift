internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// A video that is being made.
struct VideoJob: Sendable {
    let id: String
    let model: SimulatedModel
    let prompt: String
    let seconds: String
    let size: String
    let createdAt: Timestamp
    let remixedFrom: String?
    let fails: Bool
    /// How often it was looked up.
    var polls = 0

    init(
        _ payload: RequestPayload, ticket: CallTicket, at now: Timestamp, fails: Bool,
        remixOf original: VideoJob? = nil
    ) throws(SimulatedError) {
        prompt = try payload.required("prompt")
        model = original?.model ?? SimulatedModel(payload.text("model") ?? "sora-2")
        seconds = original?.seconds ?? payload.text("seconds") ?? "4"
        size = original?.size ?? payload.text("size") ?? "720x1280"
        guard let count = Int64(seconds), (1...60).contains(count) else {
            throw .invalid(
                "seconds", "Invalid value: '\(seconds)'. Supported values are: '4', '8', and '12'.")
        }
        id = ticket.id("video_")
        createdAt = now
        remixedFrom = original?.id
        self.fails = fails
    }

    /// How far it is, in percent.
    func progress(_ rule: VideoProgress, at now: Timestamp) -> Int64 {
        switch rule {
        case .polls(let count): return min(100, Int64(polls) * 100 / Int64(max(1, count)))
        case .time(let duration):
            let elapsed = (now - createdAt).nanoseconds
            return duration <= .zero ? 100 : max(0, min(100, elapsed / max(1, duration.nanoseconds / 100)))
        }
    }

    func status(_ rule: VideoProgress, at now: Timestamp) -> String {
        switch progress(rule, at: now) {
        case 0: "queued"
        case 100: fails ? "failed" : "completed"
        default: "in_progress"
        }
    }

    func json(_ rule: VideoProgress, at now: Timestamp) -> JSONValue {
        let status = status(rule, at: now)
        let isComplete = status == "completed"
        let error = JSONValue.record([
            "code": .text("video_generation_failed"), "message": .text("The video could not be made."),
        ])
        return .record([
            "id": .text(id), "object": .text("video"), "model": .text(model.snapshot),
            "status": .text(status),
            "progress": .integer(progress(rule, at: now)), "created_at": .integer(createdAt.seconds),
            "completed_at": isComplete ? .integer(now.seconds) : .null,
            "expires_at": isComplete ? .integer(now.seconds + 3_600) : .null,
            "prompt": .text(prompt), "size": .text(size), "seconds": .text(seconds),
            "remixed_from_video_id": .textOrNull(remixedFrom), "error": status == "failed" ? error : .null,
        ])
    }

    /// A job is billed when it is accepted, unless it will fail.
    var bill: Bill? {
        guard !fails, let count = Int64(seconds) else { return nil }
        return Bill(
            id: id, route: "/videos", model: model,
            usage: Usage(meters: [.init(.videoSecond, variant: resolution, count: count)]))
    }

    /// The shorter side: `720p`.
    private var resolution: String? {
        size.split(separator: "x").compactMap { Int($0) }.min().map { "\($0)p" }
    }

    /// A file with a header that says MP4 (ISO/IEC 14496-12) and no picture in it.
    var content: [UInt8] {
        let note = Array("simulated video \(id)".utf8)
        let size = UInt8(note.count + 8)
        return [0, 0, 0, 16] + Array("ftypisom".utf8) + [0, 0, 2, 0] + [0, 0, 0, size] + Array("free".utf8)
            + note
    }
}
