import HTTPTypes
import PennyweightPipeline
import Testing

@testable import PennyweightOpenAI

@Suite struct ModelDirectoryTests {
    private let directory = ModelDirectory(
        ["m-1", "org/m:free", "é"], createdSeconds: 1_767_225_600, owner: "pennyweight")

    @Test("the list has every model in order")
    func list() async throws {
        let response = directory.list()
        #expect(response.status == .ok)
        #expect(
            try await Calls.text(response.body)
                == #"""
                {"object":"list","data":[{"id":"m-1","object":"model",\#
                "created":1767225600,"owned_by":"pennyweight"},
                """#
                + #"{"id":"org/m:free","object":"model","created":1767225600,"owned_by":"pennyweight"},"#
                + #"{"id":"é","object":"model","created":1767225600,"owned_by":"pennyweight"}]}"#)
    }

    @Test("one model is found by its exact id")
    func model() async throws {
        #expect(
            try await Calls.text(directory.model("org/m:free").body)
                == #"{"id":"org/m:free","object":"model","created":1767225600,"owned_by":"pennyweight"}"#)
        #expect(directory.model("M-1").status == .notFound)
        #expect(directory.model("e\u{301}").status == .notFound)
    }

    @Test("an unknown model is 404 in OpenAI's shape")
    func unknown() async throws {
        let response = directory.model("no\"pe")
        #expect(response.status == .notFound)
        #expect(
            try await Calls.text(response.body)
                == #"""
                {"error":{"message":"The model 'no\"pe' does not exist or you do not \#
                have access to it.","type":"invalid_request_error","param":"model",\#
                "code":"model_not_found"}}
                """#
        )
    }
}
