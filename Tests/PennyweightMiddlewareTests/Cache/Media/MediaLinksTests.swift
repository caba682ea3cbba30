import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite("Signed URLs of images")
struct MediaLinksTests {
    private let media = Media(digest: MediaDigest(of: [1]), size: 1, type: .png)
    private let now = Timestamp(seconds: 1_800_000_000)

    private func verdict(_ links: SignedMediaLinks, _ url: String, at time: Timestamp)
        -> SignedMediaLinks.Verdict
    {
        let name = url.split(separator: "/").last.map { $0.prefix { $0 != "?" } } ?? ""
        let query = url.split(separator: "?").last?.split(separator: "&") ?? []
        let value = { (name: String) in
            query.first { $0.hasPrefix(name + "=") }.map { $0.dropFirst(name.count + 1) } ?? ""
        }
        return links.verdict(on: name, expires: value("expires"), signature: value("signature"), at: time)
    }

    @Test("a URL is valid until it expires, and not a moment longer")
    func lifetime() throws {
        let links = SignedMediaLinks(secret: Array(repeating: 1, count: 32), lifetime: .seconds(60))
        let url = try #require(links.url(of: media, origin: "http://h:1", at: now))
        #expect(url.hasPrefix("http://h:1/media/\(media.digest).png?expires=1800000060&signature="))
        let end = now + .seconds(60)
        #expect(verdict(links, url, at: now) == .valid(media.digest, until: end))
        #expect(verdict(links, url, at: end - .nanoseconds(1)) == .valid(media.digest, until: end))
        #expect(verdict(links, url, at: end) == .expired)
        let longer = url.replacing("expires=1800000060", with: "expires=1900000000")
        #expect(verdict(links, longer, at: now) == .forged)
        #expect(verdict(links, url.replacing("=1800000060", with: "=+1800000060"), at: now) == .forged)
        #expect(verdict(links, url.replacing("=1800000060", with: "=01800000060"), at: now) == .forged)
    }

    @Test("another secret, another name and another type are forged")
    func forged() throws {
        let links = SignedMediaLinks(secret: Array(repeating: 1, count: 32))
        let url = try #require(links.url(of: media, origin: "", at: now))
        #expect(verdict(SignedMediaLinks(secret: Array(repeating: 2, count: 32)), url, at: now) == .forged)
        let other = MediaDigest(of: [2]).description
        #expect(
            verdict(links, url.replacing(media.digest.description, with: other), at: now) == .forged)
        #expect(verdict(links, url.replacing(".png", with: ".bin"), at: now) == .forged)
        #expect(verdict(links, url.replacing(".png", with: ""), at: now) == .forged)
        #expect(links.verdict(on: "", expires: "", signature: "", at: now) == .forged)
    }

    @Test("a public URL stands before where the caller came from; without either there is none")
    func origins() throws {
        let secret = [UInt8](repeating: 1, count: 32)
        let named = SignedMediaLinks(secret: secret, publicURL: try BaseURL("https://img.example.com/x/"))
        #expect(
            named.url(of: media, origin: "http://h", at: now)?.hasPrefix("https://img.example.com/x/media/")
                == true)
        #expect(SignedMediaLinks(secret: secret).url(of: media, origin: nil, at: now) == nil)
    }
}
