import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightOpenAI

@Suite("MultipartForm")
struct MultipartFormTests {
    private func read(_ text: String, _ type: String? = Forms.type) -> MultipartForm? {
        MultipartForm(text.bytes, contentType: type)
    }

    @Test("fields are found by their own names, files are counted and skipped")
    func fields() throws {
        let form = try #require(
            read(
                Forms.form(
                    Forms.field("model", "gpt-image-1"), Forms.file("image[]", "12345"),
                    Forms.file("image[]", ""), Forms.field("n", "2"), Forms.field("empty", ""))))
        #expect(form.text("model") == "gpt-image-1")
        #expect(form.text("n") == "2")
        #expect(form.text("empty")?.isEmpty == true)
        #expect(form.text("image[]") == nil)
        #expect(form.text("size") == nil)
        #expect(form.files.map(\.byteCount) == [5, 0])
        #expect(form.fileCount("image") == 2)
        #expect(form.fieldByteCount == 12)
    }

    @Test("what looks like a field inside a prompt, a file or a file's name is none")
    func fakes() throws {
        let fake = "name=\"model\"\r\n\r\ncheap"
        let form = try #require(
            read(
                Forms.form(
                    Forms.field("prompt", "\(fake)\r\n--other\r\nContent-Disposition: form-data; \(fake)"),
                    Forms.file("image", "Content-Disposition: form-data; \(fake)"),
                    Forms.file("mask", "x", fileName: "a; name=\\\"model\\\"; b.png"),
                    Forms.field("model", "dear"))))
        #expect(form.text("model") == "dear")
        #expect(form.files.map(\.name) == ["image", "mask"])
    }

    @Test("a field given twice, and a file under a field's name, have no text")
    func ambiguous() throws {
        let twice = try #require(read(Forms.form(Forms.field("model", "a"), Forms.field("model", "b"))))
        #expect(twice.has("model") && twice.text("model") == nil)
        let file = try #require(read(Forms.form(Forms.file("model", "a"))))
        #expect(file.has("model") && file.text("model") == nil)
        let both = try #require(read(Forms.form(Forms.field("n", "1"), Forms.file("n", "9"))))
        #expect(both.text("n") == nil)
        let binary =
            [0x2D, 0x2D] + "b0undary\r\n\(Forms.field("model", ""))".bytes
            + [0xFF] + "\r\n--b0undary--".bytes
        #expect(MultipartForm(binary, contentType: Forms.type)?.text("model") == nil)
    }

    @Test(
        "names are quoted strings or tokens, in any order and case",
        arguments: [
            "Content-Disposition: form-data; name=\"model\"", "content-disposition:form-data;name=model",
            "CONTENT-DISPOSITION: Form-Data ;  NAME = \"model\" ; x=\"1;2\"",
            "Content-Type: text/plain\r\nContent-Disposition: form-data; x=\"\\\"\"; name=\"model\"",
        ])
    func heads(_ head: String) {
        #expect(read(Forms.form("\(head)\r\n\r\nm"))?.text("model") == "m")
    }

    @Test("escapes in a quoted name are what they stand for")
    func escapes() {
        let form = read(Forms.form("Content-Disposition: form-data; name=\"a\\\"b\\\\c\"\r\n\r\nm"))
        #expect(form?.text("a\"b\\c") == "m")
    }

    @Test("the boundary may be quoted, the first one may follow a preamble, and lines may have white space")
    func boundaries() {
        let body = "preamble\r\n--a b  \r\n\(Forms.field("model", "m"))\r\n--a b--\r\nepilogue"
        #expect(read(body, "multipart/form-data; boundary=\"a b\"; charset=utf-8")?.text("model") == "m")
        #expect(read("--b0undary--\r\n")?.files.isEmpty == true)
    }

    @Test(
        "what is malformed or can be read in two ways is not read",
        arguments: [
            "", "junk", "--b0undary", "--b0undary\r\n",
            "--b0undary\n\(Forms.field("model", "m"))\n--b0undary--",
            Forms.form(Forms.field("model", "m"), end: ""), Forms.form("no head"),
            Forms.form("Content-Disposition: form-data\r\n\r\nm"),
            Forms.form("Content-Disposition: attachment; name=\"model\"\r\n\r\nm"),
            Forms.form("Content-Disposition: form-data; name=\"model\"; name=\"other\"\r\n\r\nm"),
            Forms.form("Content-Disposition: form-data; name=\"model\r\n\r\nm"),
            Forms.form("Content-Disposition: form-data; name=\"model\"x\r\n\r\nm"),
            Forms.form("Content-Disposition: form-data; name=\"a\"\r\n continued; name=\"b\"\r\n\r\nm"),
            Forms.form(
                "Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\nm"
            ),
        ])
    func malformed(_ text: String) {
        #expect(read(text) == nil)
    }

    @Test("without a boundary there is no form")
    func contentTypes() {
        let body = Forms.form(Forms.field("model", "m"))
        for type in [
            nil, "", "multipart/form-data", "multipart/form-data; boundary=", "text/plain; boundary=b0undary",
            "multipart/form-data; boundary=\"b0undary", "multipart/form-data; boundary=other",
            "multipart/form-data; boundary=b0undary; boundary=b0undary",
            "multipart/form-data; boundary=\(String(repeating: "b", count: 71))",
        ] { #expect(read(body, type) == nil, "\(type ?? "none")") }
    }

    @Test("parts, heads and fields have limits")
    func limits() {
        let many = (0..<257).map { "--b0undary\r\n\(Forms.field("f\($0)", "v"))\r\n" }.joined()
        #expect(read(many + "--b0undary--") == nil)
        let long = Forms.field("model", String(repeating: "v", count: 1_048_577))
        #expect(read(Forms.form(long)) == nil)
        let head = "X-Long: \(String(repeating: "v", count: 16_384))\r\n\(Forms.field("model", "m"))"
        #expect(read(Forms.form(head)) == nil)
    }

    @Test("what is written is what is read, for any fields and files", arguments: UInt64(1)...40)
    func roundTrip(seed: UInt64) throws {
        let random = SeededRandom(seed: seed)
        var parts: [String] = []
        var fields: [String: String] = [:]
        var files: [Int] = []
        for index in 0..<Int(random.next(below: 12)) {
            let value = MultipartFormTests.value(random)
            if random.next(below: 3) == 0 {
                parts.append(Forms.file("file", value))
                files.append(value.utf8.count)
            } else {
                parts.append(Forms.field("f\(index)", value))
                fields["f\(index)"] = value
            }
        }
        let text = parts.map { "--b0undary\r\n\($0)\r\n" }.joined() + "--b0undary--"
        let form = try #require(read(text), "seed \(seed)")
        for (name, value) in fields { #expect(form.text(name) == value, "seed \(seed)") }
        #expect(form.files.map(\.byteCount) == files, "seed \(seed)")
    }

    @Test("no damage to a form makes a reader that trusts what isn't there", arguments: UInt64(1)...20)
    func damage(seed: UInt64) {
        let random = SeededRandom(seed: seed)
        let whole = Forms.form(
            Forms.field("prompt", "cheap"), Forms.field("model", "dear"), Forms.file("image", "cheap")
        ).bytes
        for _ in 0..<400 {
            var bytes = whole
            for _ in 0...random.next(below: 3) {
                let position = Int(random.next(below: UInt64(bytes.count)))
                switch random.next(below: 3) {
                case 0: bytes[position] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: position)
                default: bytes.removeSubrange(position...)
                }
                if bytes.isEmpty { break }
            }
            // The value itself may be damaged; another part's text is never taken for the model.
            let model = MultipartForm(bytes, contentType: Forms.type)?.text("model")
            #expect(model != "cheap", "seed \(seed)")
        }
    }

    /// Texts with everything that could be taken for a part of the form.
    private static func value(_ random: SeededRandom) -> String {
        let pieces = [
            "a", "\r\n", "\r", "\n", "--", "b0undary", "--b0undar", "\r\n\r\n", "name=\"model\"", ";", "é",
            "\"",
        ]
        let count = Int(random.next(below: 10))
        let text = (0..<count).map { _ in pieces[Int(random.next(below: UInt64(pieces.count)))] }.joined()
        return text.contains("--b0undary") ? "x" : text
    }
}
