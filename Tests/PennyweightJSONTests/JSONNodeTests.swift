import PennyweightJSON
import Testing

@Suite("JSONNode")
struct JSONNodeTests {
    @Test("members, elements and ranges are those of the source")
    func navigation() throws {
        let text = #"{ "a" : [1, {"b":2}, []], "c":"d" }"#
        let root = try JSONDocument(text).root
        #expect(root.kind == .object)
        #expect(root.range == 0..<text.utf8.count)
        #expect(root.members.map(\.name.string) == ["a", "c"])
        let elements = try #require(root["a"]).elements
        #expect(elements.map { String(decoding: $0.source, as: UTF8.self) } == ["1", #"{"b":2}"#, "[]"])
        #expect(elements[1]["b"]?.integer == 2)
        #expect(root["b"] == nil)
        #expect(root.elements.isEmpty)
        #expect(elements[0].members.isEmpty)
        #expect(elements[0]["a"] == nil)
    }

    @Test("the last of duplicate names counts, however it is escaped")
    func duplicates() throws {
        let root = try JSONDocument(#"{"name":1,"n\u0061me":2,"other":3}"#).root
        #expect(root["name"]?.integer == 2)
        #expect(root.members.count == 3)
        #expect(try JSONDocument(#"{"n\u0061me":2,"name":1}"#).root["name"]?.integer == 1)
    }

    @Test(
        "only a number written as an integer that fits is one",
        arguments: [
            ("0", Int64(0)), ("-0", 0), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("1.0", nil), ("1e2", nil), ("\"1\"", nil), ("null", nil),
            ("true", nil),
        ] as [(String, Int64?)])
    func integers(text: String, value: Int64?) throws {
        #expect(try JSONDocument(text).root.integer == value)
    }

    @Test("each kind answers only its own question")
    func kinds() throws {
        let elements = try JSONDocument(#"[null,true,false,1,"a",[],{}]"#).root.elements
        #expect(elements.map(\.kind) == [.null, .bool, .bool, .number, .string, .array, .object])
        #expect(elements.map(\.bool) == [nil, true, false, nil, nil, nil, nil])
        #expect(elements.map(\.isNull) == [true, false, false, false, false, false, false])
        #expect(elements.map(\.string) == [nil, nil, nil, nil, "a", nil, nil])
    }

    @Test("a node knows its line")
    func lines() throws {
        let root = try JSONDocument("{\n\"a\":\n1,\"b\":2}").root
        #expect(root.line == 1)
        #expect(root["a"]?.line == 3)
        #expect(root["b"]?.line == 3)
    }
}
