import PennyweightJSON
import Testing

@Suite("JSONValue")
struct JSONValueTests {
    @Test(
        "compact JSON comes back byte for byte",
        arguments: [
            "null", "true", "false", "0", "-0", "1.50", "1E+2", "123456789012345678901234567890.000", "\"\"",
            #""\u00e9\/\ud834""#, "[]", "{}", #"[1,[2,[3]],{"a":[]}]"#, #"{"b":1,"a":2,"b":3}"#,
            #"{"\u0061":"é"}"#,
        ])
    func roundTrip(text: String) throws {
        let value = JSONValue(try JSONDocument(text).root)
        #expect(String(decoding: value.bytes, as: UTF8.self) == text)
        #expect(JSONValue(try JSONDocument(value.bytes).root) == value)
    }

    @Test("only white space is lost")
    func whitespace() throws {
        let value = JSONValue(try JSONDocument("{ \"a\" : [ 1 , 2 ] ,\n\"b\":\t{ } }").root)
        #expect(String(decoding: value.bytes, as: UTF8.self) == #"{"a":[1,2],"b":{}}"#)
    }

    @Test("a member can be read, replaced, appended and removed")
    func members() {
        var value = JSONValue.object([.init("a", .integer(1)), .init("b", .null)])
        #expect(value["a"] == .integer(1))
        #expect(value["c"] == nil)
        value["a"] = .text("x")
        value["c"] = .array([])
        value["b"] = nil
        value["d"] = nil
        #expect(String(decoding: value.bytes, as: UTF8.self) == #"{"a":"x","c":[]}"#)
    }

    @Test("the first of duplicates is the one that is read and set")
    func duplicates() {
        var value = JSONValue.object([.init("a", .integer(1)), .init("a", .integer(2))])
        value["a"] = .integer(3)
        #expect(String(decoding: value.bytes, as: UTF8.self) == #"{"a":3,"a":2}"#)
    }

    @Test("a value that is no object has no members")
    func noObject() {
        var value = JSONValue.array([.null])
        value["a"] = .null
        #expect(value["a"] == nil)
        #expect(value == .array([.null]))
    }

    @Test("text is escaped and integers of any width are written")
    func building() {
        let value = JSONValue.object([
            .init(JSONText("q\"\\\n\u{1}"), .text("é")), .init("n", .integer(UInt64.max)),
            .init("m", .integer(Int8.min)),
        ])
        let text = #"{"q\"\\\n\u0001":"é","n":18446744073709551615,"m":-128}"#
        #expect(String(decoding: value.bytes, as: UTF8.self) == text)
    }
}
