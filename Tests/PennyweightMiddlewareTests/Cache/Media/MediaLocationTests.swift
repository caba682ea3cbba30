import Testing

@testable import PennyweightMiddleware

@Suite("Which URLs of images are fetched")
struct MediaLocationTests {
    private func location(
        _ url: String, provider: String = "https://api.example.com/v1", hosts: [String] = ["img.example.com"]
    ) throws -> MediaLocation? {
        try? MediaLocation(url, provider: BaseURL(provider), hosts: hosts)
    }

    @Test("the provider's own, and those of configured hosts by https")
    func allowed() throws {
        let own = try #require(try location("https://api.example.com/a/b.png?x=1#f"))
        #expect(own.authority == "api.example.com" && own.target == "/a/b.png?x=1" && own.isProvider)
        let other = try #require(try location("HTTPS://IMG.example.com?sig=a%2Fb"))
        #expect(other.scheme == "https" && other.target == "/?sig=a%2Fb" && !other.isProvider)
        let local = try #require(
            try location("http://127.0.0.1:9/i.png", provider: "http://127.0.0.1:9/v1"))
        #expect(local.isProvider && local.authority == "127.0.0.1:9")
        #expect(try location("http://[::1]:9/i", provider: "http://[::1]:9/v1")?.host == "[::1]")
    }

    @Test(
        "nothing else",
        arguments: [
            "", "x", "data:image/png;base64,AAAA", "file:///etc/passwd", "ftp://api.example.com/x",
            "http://api.example.com/x", "http://img.example.com/x", "https://api.example.com:8443/x",
            "https://img.example.com:444/x", "https://evil.com/x", "https://img.example.com.evil.com/x",
            "https://user@img.example.com/x", "https://img.example.com@evil.com/x", "https://127.0.0.1/x",
            "https://img.example.com\\@evil.com/", "https:///x", "https://img.example.com/a b",
            "https://img.example.com/\u{e9}", "//img.example.com/x", "https://xn.img.example.com/x",
        ])
    func refused(_ url: String) throws {
        #expect(try location(url) == nil)
    }

    @Test("a provider on loopback does not open loopback's other ports")
    func ports() throws {
        let provider = "http://127.0.0.1:9/v1"
        #expect(try location("http://127.0.0.1:10/x", provider: provider) == nil)
        #expect(try location("http://localhost:9/x", provider: provider) == nil)
    }

    @Test(
        "addresses of one's own network are none of the public ones",
        arguments: [
            [127, 0, 0, 1], [10, 1, 2, 3], [172, 16, 0, 1], [172, 31, 255, 255], [192, 168, 1, 1],
            [169, 254, 169, 254], [100, 64, 0, 1], [0, 0, 0, 0], [224, 0, 0, 1], [255, 255, 255, 255],
            [198, 18, 0, 1], [192, 0, 2, 1], [], [1, 2, 3],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 1],
            [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0, 127, 0, 0, 1],
            [0x20, 0x02, 192, 168, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            [0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            [0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        ] as [[UInt8]])
    func special(_ address: [UInt8]) {
        #expect(!PublicAddress.isOne(address))
    }

    @Test(
        "public addresses are",
        arguments: [
            [8, 8, 8, 8], [172, 32, 0, 1], [100, 128, 0, 1], [192, 167, 1, 1],
            [0x26, 0x06, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 8, 8, 8, 8],
        ] as [[UInt8]])
    func public_(_ address: [UInt8]) {
        #expect(PublicAddress.isOne(address))
    }

    @Test("the system knows this machine")
    func resolver() async {
        #expect(await SystemHostResolver().addresses(of: "127.0.0.1") == [[127, 0, 0, 1]])
        #expect(await SystemHostResolver().addresses(of: "nothing.invalid").isEmpty)
        #expect(
            await SystemHostResolver().addresses(of: "[::1]")
                == [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]])
    }
}
