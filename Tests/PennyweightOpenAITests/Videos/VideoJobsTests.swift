import HTTPTypes
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import Testing

@testable import PennyweightOpenAI

@Suite struct VideoJobsTests {
    private let jobs = VideoJobs()

    private func report(_ json: String) -> JobReport? { jobs.report(in: Array(json.utf8)) }

    @Test(
        "requests about a job are told apart",
        arguments: [
            (HTTPRequest.Method.get, "/videos/v_1", JobInquiry.Kind.state),
            (.get, "/videos/v_1?x=/content", .state), (.delete, "/videos/v_1", .removal),
            (.get, "/videos/v_1/content?variant=thumbnail", .content),
        ])
    func inquiries(method: HTTPRequest.Method, path: String, kind: JobInquiry.Kind) {
        #expect(
            jobs.inquiry(Request(method, path))
                == JobInquiry(id: "v_1", kind: kind, statePath: "/videos/v_1"))
    }

    @Test(
        "what is about no job, or starts one, is no inquiry",
        arguments: [
            (HTTPRequest.Method.get, "/videos"), (.get, "/videos/"), (.get, "/videos/v/remix"),
            (.post, "/videos/v"), (.delete, "/videos/v/content"), (.get, "/videos/v/content/x"),
            (.get, "/videosx/v"), (.get, "/models/v"),
        ])
    func others(method: HTTPRequest.Method, path: String) {
        #expect(jobs.inquiry(Request(method, path)) == nil)
    }

    @Test("what makes a video may start a job", arguments: ["/videos", "/videos/v/remix", "/videos/edits"])
    func starts(route: String) {
        #expect(jobs.mayStart(route))
        #expect(!jobs.mayStart("/videosx") && !jobs.mayStart("/images/generations"))
    }

    @Test("a completed job says what was delivered, and by what")
    func delivered() throws {
        let found = report(
            #"""
            {"id":"v","object":"video","status":"completed","model":"sora-2-pro","seconds":"8",\#
            "size":"1024x1792","prompt":"a secret"}
            """#)
        let report = try #require(found)
        #expect(report.id == "v" && report.state == .delivered)
        #expect(report.summary.executedModel == "sora-2-pro")
        #expect(
            report.summary.usage?.meters == [Usage.Meter(.videoSecond, variant: "1024p", count: 8)])
        #expect(
            report.summary.usage?.raw.map { String(decoding: $0, as: UTF8.self) }
                == #"{"seconds":"8","size":"1024x1792"}"#)
        #expect(report.summary.isComplete)
    }

    @Test(
        "statuses are running until they are known to be the end",
        arguments: [
            ("queued", JobReport.State.running), ("in_progress", .running), ("processing", .running),
            ("completed", .delivered), ("failed", .failed), ("cancelled", .ended), ("canceled", .ended),
            ("expired", .ended),
        ])
    func statuses(status: String, state: JobReport.State) {
        #expect(report(#"{"id":"v","object":"video","status":"\#(status)"}"#)?.state == state)
    }

    @Test(
        "what is no job says nothing of one",
        arguments: [
            "", "[]", "{", #"{"id":"v","object":"video.deleted","deleted":true}"#,
            #"{"id":"","object":"video","status":"queued"}"#, #"{"id":"v","object":"video"}"#,
            #"{"object":"video","status":"queued"}"#, #"{"id":1,"object":"video","status":"queued"}"#,
            #"{"id":"v","object":"list","status":"queued"}"#,
        ])
    func noJob(json: String) {
        #expect(report(json) == nil)
    }

    @Test(
        "seconds are text or a number, and the shorter side is the resolution",
        arguments: [
            (#"{"seconds":"4","size":"720x1280"}"#, 4, "720p"),
            (#"{"seconds":12,"size":"1792x1024"}"#, 12, "1024p"),
            (#"{"seconds":8,"resolution":"4K"}"#, 8, "4k"), (#"{"seconds":8,"size":"16:9"}"#, 8, nil),
            (#"{"seconds":8,"size":"0x5"}"#, 8, nil), (#"{"seconds":8}"#, 8, nil),
        ] as [(String, Int64, String?)])
    func lengths(json: String, seconds: Int64, resolution: String?) throws {
        let length = try #require(VideoLength(JSONDocument(Array(json.utf8)).root))
        #expect(length.seconds == seconds)
        #expect(length.resolution == resolution)
    }

    @Test(
        "seconds that can't be counted are none",
        arguments: [
            "{}", #"{"seconds":"7.5"}"#, #"{"seconds":7.5}"#, #"{"seconds":0}"#, #"{"seconds":"-4"}"#,
            #"{"seconds":null}"#, #"{"seconds":"four"}"#, #"{"seconds":"99999999999999999999"}"#,
        ])
    func noLength(json: String) throws {
        #expect(VideoLength(try JSONDocument(Array(json.utf8)).root) == nil)
    }
}
