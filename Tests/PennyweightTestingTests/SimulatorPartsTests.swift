import PennyweightJSON
import PennyweightLedger
import PennyweightTime
import Testing

@testable import PennyweightTesting

@Suite("The parts of the simulated provider")
struct SimulatorPartsTests {
    @Test(
        "tokens are what a provider would count, and join to the text",
        arguments: [
            ("", 0), ("Hello", 1), ("Hello world", 2), ("extraordinary", 3), ("12345", 2), ("a, b", 3),
            ("é🙂", 2),
            ("a\n\n  b", 3), ("naïve café", 5),
        ])
    func tokens(text: String, count: Int) {
        let tokens = SimulatedTokens.cut(text)
        #expect(tokens.count == count, "\(tokens)")
        #expect(tokens.joined() == text)
        #expect(SimulatedTokens.count(text) == Int64(count))
    }

    @Test("base64 follows RFC 4648's examples")
    func base64() {
        let expected = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]
        for (length, text) in expected.enumerated() {
            #expect(Base64Text.encode(Array("foobar".utf8.prefix(length))) == text)
        }
    }

    @Test("the URL of an image works for as long as was said, unless a fault was asked for")
    func imageURLs() throws {
        let time = ManualTime()
        let simulation = Simulation(
            settings: SimulationSettings(
                seed: 1, pace: .zero, slowness: .zero, videos: .polls(1), imageLifetime: .seconds(60)),
            prices: nil, time: time)
        simulation.memory.keep(image: [1, 2, 3, 4], named: "a.png", at: time.now())
        func get(_ path: String) -> SimulatedReply {
            simulation.reply(to: ReceivedRequest(method: "GET", path: "/images/\(path)"), origin: "")
        }
        #expect(get("a.png").status == 200)
        #expect(get("expired/a.png").status == 404 && get("none/a.png").status == 404)
        #expect(get("redirect/a.png").status == 302)
        #expect(get("cut/a.png").ending == .cut)
        guard case .whole(let half) = get("short/a.png").content else {
            Issue.record("no image")
            return
        }
        #expect(half == [1, 2])
        time.advance(by: .seconds(60))
        #expect(get("a.png").status == 404)
    }

    @Test("a bounded store forgets its oldest key")
    func boundedStore() {
        var store = BoundedStore<Int, String>(limit: 2)
        store[1] = "a"
        store[2] = "b"
        store[1] = "c"
        store[3] = "d"
        #expect(store[1] == nil && store[2] == "b" && store[3] == "d")
        store[2] = nil
        #expect(store.all == ["d"])
    }

    @Test("a form is read whatever its bytes are")
    func form() throws {
        let file: [UInt8] = [0, 0x0D, 0x0A, 0x2D, 0x2D, 0xFF]
        let head = "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"x.png\"\r\n\r\n"
        let field = "\r\n--b\r\nContent-Disposition: form-data; name=prompt\r\n\r\n\r\n--b--\r\n"
        let form = try #require(
            FormBody(
                Array(head.utf8) + file + Array(field.utf8),
                contentType: "multipart/form-data; boundary=\"b\""))
        #expect(form.files("image").map(\.bytes) == [file])
        #expect(form.text("prompt") == "")
        #expect(FormBody(Array("--b".utf8), contentType: "multipart/form-data; boundary=b") == nil)
        #expect(FormBody([], contentType: "multipart/form-data") == nil)
    }

    @Test("a PNG has its chunks in order, and colours that follow from the pattern")
    func png() throws {
        let one = try #require(PNGImage(width: 100, height: 60, pattern: 0x1234_5678_9ABC_DEF0).bytes)
        let other = try #require(PNGImage(width: 100, height: 60, pattern: 7).bytes)
        let text = String(decoding: one, as: Unicode.ASCII.self)
        #expect(one.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        #expect(["IHDR", "PLTE", "IDAT", "IEND"].allSatisfy(text.contains))
        #expect(one != other)
        #expect(one.count < 500)
    }

    @Test("money of an early end is for the tokens until then, hidden ones first")
    func earlyEnd() {
        var tokens = TokenUsage(input: 10, output: 100)
        tokens.reasoning = 64
        let bill = Bill(id: "x", route: "/x", model: SimulatedModel("o3"), usage: Usage(tokens: tokens))
        #expect(bill.ending(at: 70).usage.tokens?.output == 70)
        #expect(bill.ending(at: 70).usage.tokens?.reasoning == 64)
        #expect(bill.ending(at: 5).usage.tokens?.reasoning == 5)
        #expect(bill.ending(at: .max).usage.tokens?.output == 100)
    }

    @Test("paths and queries are percent-decoded")
    func paths() {
        let request = ReceivedRequest(method: "GET", path: "/v1/models/a%2Fb?after=x%20y&limit=")
        #expect(request.segments == ["v1", "models", "a/b"])
        #expect(request.query("after") == "x y")
        #expect(request.query("limit") == "")
        #expect(request.query("order") == nil)
        #expect(PercentText.decoded("100%") == "100%")
    }
}
