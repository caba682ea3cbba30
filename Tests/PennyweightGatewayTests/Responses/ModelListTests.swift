import Testing

@testable import PennyweightGateway

@Suite struct ModelListTests {
    private func list(_ text: String) -> String? {
        ModelList.normalized(Array(text.utf8), owner: "local").map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("a complete list stays as it is")
    func complete() {
        let text =
            #"{"object":"list","data":[{"id":"m","object":"model","created":1,"owned_by":"o","x":1e400}]}"#
        #expect(list(text) == text)
    }

    @Test("what the list leaves out is added")
    func incomplete() {
        #expect(
            list(#"{"data":[{"id":"m"}]}"#)
                == #"{"data":[{"id":"m","object":"model","created":0,"owned_by":"local"}],"object":"list"}"#)
        #expect(
            list(#"[{"id":"m","object":"model","created":1,"owned_by":"o"}]"#)
                == #"{"object":"list","data":[{"id":"m","object":"model","created":1,"owned_by":"o"}]}"#)
    }

    @Test(
        "what is no list of models is refused",
        arguments: ["", "{}", #"{"data":{}}"#, #"{"data":[{"name":"m"}]}"#, "<html>"])
    func noList(text: String) {
        #expect(list(text) == nil)
    }

    @Test("one model gets the same care")
    func model() {
        let bytes = ModelList.normalizedModel(Array(#"{"id":"a/b"}"#.utf8), owner: "local")
        #expect(
            bytes.map { String(decoding: $0, as: UTF8.self) }
                == #"{"id":"a/b","object":"model","created":0,"owned_by":"local"}"#)
        #expect(ModelList.normalizedModel(Array("{}".utf8), owner: "local") == nil)
    }
}
