import PennyweightJSON
import PennyweightTesting
import Testing

/// The categories are those of the JSONTestSuite; the cases are our own.
@Suite("JSONDocument")
struct JSONDocumentTests {
    @Test(
        "valid JSON is accepted",
        arguments: [
            // Structure
            "{}", "[]", "null", "true", "false", "\"\"", "0", " \t\r\n[ ] \n", "[[]]", "[{}]", "{\"a\":{}}",
            "[1,2]", "[ 1 , 2 ]", "{\"\":0}", "{\"a\":1,\"a\":2}", "{\"a\" : 1 }", "[null,true,false]",
            // Numbers
            "-0", "-1", "1.0", "0.1", "1e0", "1E+2", "1e-2", "0e1", "0e+1", "123456789012345678901234567890",
            "-0.0", "1.5E300", "1e999999", "20e1", "-123.456e-789",
            // Strings
            "\"\\u0000\"", "\"\\uD834\\uDD1E\"", "\"\\ud800\"", "\"\\uDC00\\uD800\"",
            "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
            "\"é\"", "\"\u{10FFFF}\"", "\"\u{7F}\"", "\"\u{2028}\u{2029}\"", "\"\u{FEFF}\"", "\"a/b\"",
            "\"€𝄞\"",
        ])
    func accepted(text: String) throws {
        let document = try JSONDocument(text)
        #expect(document.bytes == Array(text.utf8))
        let again = JSONValue(document.root).bytes
        #expect(JSONValue(try JSONDocument(again).root) == JSONValue(document.root))
    }

    @Test(
        "text that is not JSON is refused",
        arguments: [
            // Structure
            "", " ", "[", "]", "{", "}", "[]]", "[}", "{]", "[1", "[1,", "[,", "[,1]", "[1,]", "[1,,2]",
            "[1 2]",
            "[\"a\"", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{\"a\",1}",
            "{\"a\" 1}",
            "{\"a\":}", "{:1}", "{1:1}", "{a:1}", "{'a':1}", "{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}",
            "{null:1}",
            "{\"a\":1:2}", "{}{}", "[] []", "1 2", "[1]x", "nulll", "null null", "// a\n1", "/* */1", "[1]#",
            // Literals
            "nul", "tru", "fals", "True", "NULL", "nan", "NaN", "Infinity", "-Infinity", "undefined", "n",
            "t",
            // Numbers
            "-", "+1", "01", "-01", "00", "1.", ".1", "-.1", "1.e1", "1e", "1e+", "1E-", "1ee1", "1e1.5",
            "0x1",
            "1_000", "1,", "--1", "1-", "1+1", "- 1", "0.", "0.e1", "1a", "１", "012", "-a", "0.1.2",
            // Strings
            "\"", "\"a", "\"\\", "\"\\\"", "\"\\x\"", "\"\\u\"", "\"\\u1\"", "\"\\u12\"", "\"\\u123\"",
            "\"\\u123g\"", "\"\\U1234\"", "\"\\a\"", "\"\\'\"", "\"\\0\"", "'a'", "a", "\"\n\"", "\"\t\"",
            "\"\r\"", "\"\u{0}\"", "\"\u{1F}\"", "\"\\\n\"", "“a”", "\"a\"b", "\"\\u 123\"",
            // White space that JSON doesn't have, and the byte order mark
            "\u{FEFF}{}", "\u{A0}1", "\u{C}1", "\u{B}[]", "[\u{2003}]", "\u{0}", "1\u{0}",
        ])
    func refused(text: String) {
        #expect(throws: JSONError.self) { try JSONDocument(text) }
    }

    @Test(
        "bytes that are not UTF-8 are refused in a string",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x20], [0xE0, 0x80, 0x80],
            [0xE0, 0x9F, 0xBF],
            [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE],
            [0xFF],
            [0xF0, 0x9D, 0x84], [0xE2, 0x28, 0xA1], [0xF0, 0x9D, 0x28, 0x9E],
        ] as [[UInt8]])
    func notUTF8(sequence: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(throws: JSONError.self) { try JSONDocument([quote] + sequence + [quote]) }
        #expect(throws: JSONError.self) { try JSONDocument([quote] + sequence) }
        #expect(throws: JSONError.self) { try JSONDocument(sequence) }
    }

    @Test("every scalar is accepted in a string and read back")
    func everyScalar() throws {
        var text = ""
        for value in stride(from: UInt32(0x20), through: 0x10FFFF, by: 37) {
            if let scalar = UnicodeScalar(value), scalar != "\"", scalar != "\\" {
                text.unicodeScalars.append(scalar)
            }
        }
        #expect(try JSONDocument("\"\(text)\"").root.string == text)
    }

    @Test("every truncation of a document fails")
    func truncation() throws {
        let whole = Array(
            #"{"a":[1,-2.5e3,true,null,"é\u00e9\ud834\udd1e𝄞"],"b":{"c":false,"d":{}},"e":"\\"}"#.utf8)
        _ = try JSONDocument(whole)
        for count in 0..<whole.count {
            #expect(throws: JSONError.self, "\(count) bytes") { try JSONDocument(Array(whole.prefix(count))) }
        }
    }

    @Test("no change of one byte crashes, and what is accepted reads back", .timeLimit(.minutes(5)))
    func mutation() throws {
        let whole = Array(#"{"a":[1,-2.5e3,true,null,"é\u00e9𝄞"],"b":{"c":0}}"#.utf8)
        for index in whole.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = whole
                changed[index] = byte
                guard let document = try? JSONDocument(changed) else { continue }
                let value = JSONValue(document.root)
                #expect(JSONValue(try JSONDocument(value.bytes).root) == value)
            }
        }
    }

    @Test(
        "an error says where",
        arguments: [
            ("", 0, 1, 1), ("[1,]", 3, 1, 4), ("{\n  \"a\": x\n}", 9, 2, 8), ("{\"a\":1}}", 7, 1, 8),
            ("[\n\n\n01]", 5, 4, 2), ("\"é\n\"", 3, 1, 4), ("{\"a\":1", 6, 1, 7), ("tru", 3, 1, 4),
        ])
    func position(text: String, offset: Int, line: Int, column: Int) {
        let error = #expect(throws: JSONError.self) { try JSONDocument(text) }
        #expect(error?.offset == offset)
        #expect(error?.line == line)
        #expect(error?.column == column)
        #expect(error?.description.contains("line \(line), column \(column) (byte \(offset))") == true)
    }

    @Test("nesting is limited, and the limit itself is allowed")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONDocument(nested(JSONDocument.defaultDepth))
        #expect(throws: JSONError.self) { try JSONDocument(nested(JSONDocument.defaultDepth + 1)) }
        #expect(throws: JSONError.self) { try JSONDocument(String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONError.self) { try JSONDocument(String(repeating: "{\"a\":", count: 100_000)) }
        _ = try JSONDocument(Array(nested(100_000).utf8), maximumDepth: 100_000)
        _ = try JSONDocument(Array("1".utf8), maximumDepth: 0)
        #expect(throws: JSONError.self) { try JSONDocument(Array("[]".utf8), maximumDepth: 0) }
    }
}
