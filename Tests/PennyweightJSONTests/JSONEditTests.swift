import PennyweightJSON
import PennyweightTesting
import Testing

@Suite("Edits of a document")
struct JSONEditTests {
    @Test(
        "setting replaces the value in place or adds a first member",
        arguments: [
            (#"{"a":1}"#, #"{"a":true}"#), (#"{ "b" : 2 , "a" : [1, 2] }"#, #"{ "b" : 2 , "a" : true }"#),
            ("{}", #"{"a":true}"#), ("{ }", #"{"a":true }"#), (#"{"b":2}"#, #"{"a":true,"b":2}"#),
            (#"{"a":1,"a":2}"#, #"{"a":1,"a":true}"#), (#"{"\u0061":1}"#, #"{"\u0061":true}"#),
        ])
    func setting(source: String, result: String) throws {
        let document = try JSONDocument(source)
        let edited = document.applying([document.root.setting("a", to: .bool(true))])
        #expect(String(decoding: edited, as: UTF8.self) == result)
    }

    @Test(
        "removing takes the member and one comma",
        arguments: [
            (#"{"a":1}"#, "{}"), (#"{ "a" : 1 }"#, "{  }"), (#"{"a":1,"b":2}"#, #"{"b":2}"#),
            (#"{"b":2,"a":1}"#, #"{"b":2}"#), (#"{"b":2 , "a":1 , "c":3}"#, #"{"b":2 , "c":3}"#),
            (#"{"a":1,"a":2}"#, #"{"a":1}"#),
        ])
    func removing(source: String, result: String) throws {
        let document = try JSONDocument(source)
        let edit = try #require(document.root.removing("a"))
        #expect(String(decoding: document.applying([edit]), as: UTF8.self) == result)
    }

    @Test("removing what isn't there is no edit, and neither is editing what is no object")
    func nothing() throws {
        let document = try JSONDocument(#"{"a":1}"#)
        #expect(document.root.removing("b") == nil)
        #expect(document.applying([]) == document.bytes)
        let array = try JSONDocument("[1]")
        #expect(array.root.edits(setting: [("a", .null)], removing: ["b"]).isEmpty)
        #expect(array.applying([array.root.setting("a", to: .null)]) == array.bytes)
        #expect(array.root.removing("a") == nil)
    }

    @Test("edits of different objects apply in any order")
    func order() throws {
        let document = try JSONDocument(#"{"a":{"x":1},"b":{"y":2}}"#)
        let root = document.root
        let edits = [
            try #require(root["b"]).setting("y", to: .integer(3)),
            try #require(root["a"]).setting("z", to: .null),
        ]
        let result = #"{"a":{"z":null,"x":1},"b":{"y":3}}"#
        #expect(String(decoding: document.applying(edits), as: UTF8.self) == result)
        #expect(String(decoding: document.applying(edits.reversed()), as: UTF8.self) == result)
    }

    @Test("an insertion comes before a removal that begins at the same byte, in either order")
    func sameByte() throws {
        let document = try JSONDocument("[1,2]")
        let edits = [JSONEdit(1..<3, []), JSONEdit(1..<1, Array("0,".utf8))]
        #expect(String(decoding: document.applying(edits), as: UTF8.self) == "[0,2]")
        #expect(String(decoding: document.applying(edits.reversed()), as: UTF8.self) == "[0,2]")
    }

    @Test("any mix of set and removed members leaves valid JSON with exactly those members")
    func mix() throws {
        let names = ["a", "b", "c", "d", "e"]
        for present in 0..<32 {
            let there = names.indices.filter { present & (1 << $0) != 0 }.map { names[$0] }
            let document = try JSONDocument(
                "{" + there.map { "\"\($0)\" : \"old\"" }.joined(separator: " , ") + "}")
            for removed in 0..<32 {
                let gone = names.indices.filter { removed & (1 << $0) != 0 }.map { names[$0] }
                for set in [[], ["a"], ["e"], ["b", "d"], ["x", "y"], names] as [[String]] {
                    let edits = document.root.edits(
                        setting: set.map { ($0, .text("new")) }, removing: gone)
                    let root = try JSONDocument(document.applying(edits)).root
                    let kept = there.filter { !gone.contains($0) || set.contains($0) }
                    #expect(Set(root.members.compactMap(\.name.string)) == Set(kept + set))
                    #expect(root.members.count == Set(kept + set).count)
                    for member in root.members {
                        let name = member.name.string ?? ""
                        #expect(member.value.string == (set.contains(name) ? "new" : "old"))
                    }
                }
            }
        }
    }

    @Test("removing by a list takes duplicates too")
    func duplicates() throws {
        let document = try JSONDocument(#"{"a":1,"b":2,"a":3}"#)
        let edits = document.root.edits(setting: [], removing: ["a"])
        #expect(String(decoding: document.applying(edits), as: UTF8.self) == #"{"b":2}"#)
    }
}
