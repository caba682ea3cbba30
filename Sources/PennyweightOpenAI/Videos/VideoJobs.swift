internal import HTTPTypes
private import PennyweightJSON
private import PennyweightLedger
internal import PennyweightMiddleware
internal import PennyweightPipeline

/// Reads video jobs, as [OpenAI's video API](https://platform.openai.com/docs/api-reference/videos) has them.
///
/// `POST /videos`, and what makes a video of another one, answer with a job. `GET /videos/{id}` says how it
/// is.
struct VideoJobs: JobReader {
    private static let root = "/videos"

    func mayStart(_ route: String) -> Bool {
        route == VideoJobs.root || route.hasPrefix(VideoJobs.root + "/")
    }

    func inquiry(_ request: Request) -> JobInquiry? {
        let path = request.path
        guard path.hasPrefix(VideoJobs.root + "/") else { return nil }
        let segments = path.dropFirst(VideoJobs.root.count + 1)
            .split(separator: "/", omittingEmptySubsequences: false)
        guard let id = segments.first, !id.isEmpty, let kind = kind(request.head.method, segments.dropFirst())
        else { return nil }
        return JobInquiry(id: String(id), kind: kind, statePath: "\(VideoJobs.root)/\(id)")
    }

    func statePath(of id: String) -> String? {
        let isPlain = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~:".utf8.contains(byte)
            }
        }
        guard isPlain, !id.isEmpty, id != ".", id != ".." else { return nil }
        return "\(VideoJobs.root)/\(id)"
    }

    private func kind(_ method: HTTPRequest.Method, _ rest: ArraySlice<Substring>) -> JobInquiry.Kind? {
        switch (method, rest.first, rest.count) {
        case (.get, nil, 0): .state
        case (.delete, nil, 0): .removal
        case (.get, "content", 1): .content
        default: nil
        }
    }

    func report(in body: [UInt8]) -> JobReport? {
        guard let root = try? JSONDocument(body).root, root["object"]?.string == "video",
            let id = root["id"]?.string, !id.isEmpty, let status = root["status"]?.string
        else { return nil }
        let state = VideoJobs.state(status)
        guard state == .delivered else { return JobReport(id: id, state: state) }
        let usage = VideoLength(root).map { length in
            Usage(meters: [length.meter], raw: length.raw)
        }
        return JobReport(
            id: id, state: state,
            summary: UsageSummary(usage: usage, executedModel: root["model"]?.string, isComplete: true))
    }

    /// A status that nobody knows may still change.
    private static func state(_ status: String) -> JobReport.State {
        switch status {
        case "completed": .delivered
        case "failed": .failed
        case "cancelled", "canceled", "expired": .ended
        default: .running
        }
    }
}
