import Testing

@testable import PennyweightGateway

@Suite("CallerTrace")
struct CallerTraceTests {
    private static let id = "0af7651916cd43dd8448eb211c80319c"

    @Test("a trace's id is read, of this version and of later ones")
    func traces() {
        #expect(CallerTrace.trace("00-\(Self.id)-b7ad6b7169203331-01") == Self.id)
        #expect(CallerTrace.trace("cc-\(Self.id)-b7ad6b7169203331-01-more") == Self.id)
    }

    @Test(
        "what is malformed is left out",
        arguments: [
            "", "00", "00-\(id)-b7ad6b7169203331", "ff-\(id)-b7ad6b7169203331-01",
            "00-\(id)-b7ad6b7169203331-01-more", "00-\(id.uppercased())-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-\(id)-0000000000000000-01",
            "00-\(id)x-b7ad6b7169203331-01", "00-\(id)-b7ad6b7169203331-0g",
        ])
    func malformed(traceparent: String) {
        #expect(CallerTrace.trace(traceparent) == nil)
        #expect(CallerTrace.trace(nil) == nil)
    }

    @Test("a session is one line of at most 128 bytes")
    func sessions() {
        #expect(CallerTrace.session("chat 7 ü") == "chat 7 ü")
        #expect(CallerTrace.session(String(repeating: "a", count: 128)) != nil)
        for text in ["", "a\nb", "a\u{7}", String(repeating: "a", count: 129)] {
            #expect(CallerTrace.session(text) == nil)
        }
        #expect(CallerTrace.session(nil) == nil)
    }
}
