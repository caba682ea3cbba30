import HTTPTypes
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Which chat requests may be answered as similar ones were")
struct SemanticPhraseTests {
    private func phrase(_ body: String, path: String = "/chat/completions") -> Phrase? {
        OpenAIFormat().phrase(in: Request(.post, path, body: Body(body)))
    }

    private func chat(_ messages: String, more: String = "") -> String {
        #"{"model":"m","messages":[\#(messages)]\#(more)}"#
    }

    private let user = #"{"role":"user","content":"Hello \u0041"}"#

    @Test("the last text of the user, and all the rest as it is")
    func plain() throws {
        let found = try #require(phrase(chat(#"{"role":"system","content":"S"},\#(user)"#)))
        #expect(found.text == "Hello A")
        #expect(
            String(decoding: found.frame, as: UTF8.self)
                == chat(#"{"role":"system","content":"S"},{"role":"user","content":""}"#))
        let part = #"{"role":"user","content":[{"type":"text","text":"Hi"}]}"#
        #expect(phrase(chat(part))?.text == "Hi")
        #expect(
            phrase(chat(user, more: #","n":1,"tools":null,"response_format":{"type":"text"}"#)) != nil)
    }

    @Test(
        "never with tools, media, several answers, forms or anything that follows from the answer",
        arguments: [
            #","tools":[]"#, #","tools":[{"type":"function"}]"#, #","functions":[{}]"#, #","n":2"#,
            #","n":0"#, #","response_format":{"type":"json_object"}"#, #","response_format":"x""#,
            #","modalities":["text","audio"]"#, #","audio":{"voice":"x"}"#, #","logprobs":true"#,
            #","top_logprobs":2"#, #","prediction":{"type":"content"}"#, #","store":true"#,
            #","web_search_options":{}"#, #","tool_choice":"auto""#, #","previous_response_id":"r""#,
        ])
    func refusedMembers(more: String) {
        #expect(phrase(chat(user, more: more)) == nil)
    }

    @Test(
        "never after messages that are more than talk",
        arguments: [
            #"{"role":"assistant","content":"x"}"#, #"{"role":"user","content":" \n"}"#,
            #"{"role":"user","content":null}"#, #"{"role":"user"}"#, #"{"role":"tool","content":"x"}"#,
            #"{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}"#,
            #"{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:x"}}]}"#,
            #"{"role":"user","content":[{"type":"input_audio"}]},{"role":"user","content":"x"}"#,
            #"{"role":"assistant","tool_calls":[{}]},{"role":"user","content":"x"}"#,
            #"{"role":"tool","content":"x","tool_call_id":"1"},{"role":"user","content":"x"}"#,
            #"{"role":"function","content":"x"},{"role":"user","content":"x"}"#,
            #"{"role":"assistant","audio":{"id":"a"}},{"role":"user","content":"x"}"#,
        ])
    func refusedMessages(messages: String) {
        #expect(phrase(chat(messages)) == nil)
    }

    @Test("never on another route, or for what is no chat") func otherRoutes() {
        #expect(phrase(chat(user), path: "/completions") == nil)
        #expect(phrase(#"{"model":"m","input":"x"}"#, path: "/responses") == nil)
        #expect(phrase("nothing") == nil)
    }

    @Test("what an answer says is its only choice's text") func words() {
        let make = EntryMaker()
        #expect(OpenAIFormat().words(of: make.entry(body: make.text(3))) == "Number 3.")
        let call = #"{"choices":[{"message":{"content":null,"tool_calls":[{}]}}]}"#
        #expect(OpenAIFormat().words(of: make.entry(body: Array(call.utf8))) == nil)
        #expect(OpenAIFormat().words(of: make.entry(body: [])) == nil)
    }
}
