import PennyweightTesting
import Testing

@testable import PennyweightMiddleware

@Suite("What webhooks are made of")
struct WebhookPartsTests {
    @Test(
        "Base 64 is RFC 4648's, in both directions",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ])
    func vectors(plain: String, text: String) {
        #expect(Base64.encode(Array(plain.utf8)) == text)
        #expect(Base64.decode(text) == Array(plain.utf8))
    }

    @Test("every byte survives, at every length")
    func roundTrip() {
        let random = SeededRandom(seed: 5)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes, "seed 5, length \(length)")
        }
    }

    @Test(
        "what is no Base 64 is refused",
        arguments: [
            "Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zg==Zg==", "====", "Zm9v\n", "Zm_v", "Zm-v", "Z===", "=Zg=",
        ])
    func invalid(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test("a signature is the one of Standard Webhooks' own example")
    func signature() throws {
        let secret = try WebhookSecret(" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
        let signature = secret.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330,
            body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(
        "a secret that is too short, too long, or written otherwise is refused, and not repeated",
        arguments: [
            "", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
            "whsec_" + Base64.encode([UInt8](repeating: 7, count: 23)),
            "whsec_" + Base64.encode([UInt8](repeating: 7, count: 65)), "whsec_hunter2 hunter2",
        ])
    func invalidSecret(text: String) {
        do {
            _ = try WebhookSecret(text)
            Issue.record("took a secret that is none")
        } catch {
            #expect(text.isEmpty || !"\(error)".contains(text.dropFirst(6)) || text == "whsec_")
        }
    }

    @Test("24 and 64 bytes are a secret, which never shows itself", arguments: [24, 64])
    func secretLengths(count: Int) throws {
        let text = "whsec_" + Base64.encode([UInt8](repeating: 7, count: count))
        let secret = try WebhookSecret(text)
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!"\(secret)\(String(reflecting: secret))\(dumped)".contains("7, 7"))
        #expect(!"\(secret)\(dumped)".contains("Bwc"))
    }

    @Test(
        "a URL keeps path and query, and shows neither",
        arguments: [
            ("https://Example.com/hooks/a?token=t", "https", "example.com", "/hooks/a?token=t"),
            ("http://127.0.0.1:8080", "http", "127.0.0.1:8080", "/"),
            ("https://example.com?a=b/c", "https", "example.com", "/?a=b/c"),
            ("HTTPS://[::1]:443/x//y/../z", "https", "[::1]", "/x//y/../z"),
        ])
    func url(text: String, scheme: String, authority: String, target: String) throws {
        let url = try WebhookURL(text)
        #expect(url.scheme == scheme && url.authority == authority && url.target == target)
        #expect(url.description == "\(scheme)://\(authority)/…")
        var dumped = ""
        dump(url, to: &dumped)
        #expect(!dumped.contains("token"))
    }

    @Test(
        "what no webhook can be sent to is refused, without repeating it",
        arguments: [
            "", "example.com/secret", "ftp://example.com/secret", "https://user:secret@example.com/",
            "https:///secret", "https://example.com/secret#x", "https://example.com/ secret",
            "https://example.com:0/secret", "https://exämple.com/secret", "file:///etc/secret",
            "https://example.com/" + String(repeating: "secret", count: 400),
        ])
    func invalidURL(text: String) {
        let error = #expect(throws: InvalidWebhookURL.self) { try WebhookURL(text) }
        #expect(error?.description.contains("secret") == false)
        #expect(error?.description.hasPrefix("The webhook's URL ") == true)
    }
}
