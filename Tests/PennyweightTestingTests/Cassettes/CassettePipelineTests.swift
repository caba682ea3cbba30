#if Gateway
import Foundation
import HTTPTypes
import PennyweightAsyncHTTPClient
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import Testing

@Suite("A pipeline on a cassette")
struct CassettePipelineTests {
    /// The committed recording beside this file. With `PENNYWEIGHT_CASSETTE=record` it is made anew.
    @Test("answers from the file that is kept in the repository, with nobody listening")
    func committed() async throws {
        try await SimulatorBench.run { bench in
            let base = try BaseURL(bench.provider.baseURL)
            let isRecording = ProcessInfo.processInfo.environment[Pipeline.cassetteVariable] == "record"
            if !isRecording { await bench.provider.stop() }
            let secret = try Secret("sk-simulated-0123456789")
            let pipeline = try Pipeline.cassette("metals", recording: HTTPClientTransport()) {
                Authorize(base, as: .bearer(secret))
            }
            let plain = try await ask(pipeline, "")
            #expect(plain.contains("\"chat.completion\""))
            let stream = try await ask(pipeline, #","stream":true"#)
            #expect(stream.hasSuffix("data: [DONE]\n\n"))
        }
    }

    private func ask(_ pipeline: Pipeline, _ more: String) async throws -> String {
        let question = #"[{"role":"user","content":"Name a metal."}]"#
        let body = #"{"model":"gpt-4o-mini","max_tokens":6,"messages":\#(question)\#(more)}"#
        let (status, text) = try await CassetteBench().ask(
            pipeline, Request(.post, "/chat/completions", body: Body(body)))
        #expect(status == 200)
        return text
    }
}
#endif
