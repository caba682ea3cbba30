#if Gateway
import HTTPTypes
import PennyweightMiddleware
import PennyweightSQLite
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightGateway

@Suite("Images under signed URLs", .timeLimit(.minutes(5)))
struct MediaRouteTests {
    @Test("GET and HEAD, whole and in parts")
    func ranges() async throws {
        try await MediaGateway.run { gateway in
            let url = try #require(try await gateway.draw(as: "url").url)
            let whole = try await gateway.get(url)
            let size = whole.bytes.count
            #expect(whole.headers[.acceptRanges] == "bytes")
            #expect(whole.headers[.cacheControl]?.hasPrefix("private, max-age=3") == true)
            let head = try await gateway.get(url, .head)
            #expect(head.status == 200 && head.bytes.isEmpty)
            #expect(head.headers[.contentLength] == "\(size)")
            let part = try await gateway.get(url, .get, [.range: "bytes=1-3"])
            #expect(part.status == 206 && part.bytes == Array(whole.bytes[1...3]))
            #expect(part.headers[.contentRange] == "bytes 1-3/\(size)")
            let end = try await gateway.get(url, .get, [.range: "bytes=-4"])
            #expect(end.status == 206 && end.bytes == Array(whole.bytes.suffix(4)))
            let behind = try await gateway.get(url, .get, [.range: "bytes=\(size)-"])
            #expect(behind.status == 416)
            #expect(behind.headers[.contentRange] == "bytes */\(size)")
            let several = try await gateway.get(url, .get, [.range: "bytes=0-1,4-5"])
            #expect(several.status == 200 && several.bytes == whole.bytes)
        }
    }

    @Test("who has it already is told so, and a range of another image is the whole one")
    func tags() async throws {
        try await MediaGateway.run { gateway in
            let url = try #require(try await gateway.draw(as: "url").url)
            let whole = try await gateway.get(url)
            let tag = try #require(whole.headers[.eTag])
            let same = try await gateway.get(url, .get, [.ifNoneMatch: "\"x\", W/\(tag)"])
            #expect(same.status == 304 && same.bytes.isEmpty && same.headers[.eTag] == tag)
            let part = try await gateway.get(url, .get, [.range: "bytes=0-1", .ifRange: tag])
            #expect(part.status == 206)
            let other = try await gateway.get(url, .get, [.range: "bytes=0-1", .ifRange: "\"x\""])
            #expect(other.status == 200 && other.bytes == whole.bytes)
        }
    }

    @Test("a URL that was changed in any place is refused")
    func tampered() async throws {
        try await MediaGateway.run { gateway in
            let url = try #require(try await gateway.draw(as: "url").url)
            let path = String(url[try #require(url.firstRange(of: "/media/")).lowerBound...])
            for place in path.indices.dropFirst("/media/".count) {
                var forged = path
                let other: Character = path[place] == "0" ? "1" : "0"
                forged.replaceSubrange(place...place, with: String(other))
                let answer = try await gateway.get(forged)
                #expect(answer.status == 403, "\(forged)")
            }
            #expect(try await gateway.get(path.replacing(".png", with: ".gif")).status == 403)
            #expect(try await gateway.get(String(path.prefix { $0 != "?" })).code == "invalid_signature")
            #expect(try await gateway.get(path).status == 200)
        }
    }

    @Test("a URL that has expired is refused, and one of an unknown image leads nowhere")
    func expired() async throws {
        try await MediaGateway.run { gateway in
            let media = try await gateway.media.put([1, 2, 3])
            let now = SystemTime().now()
            let old = try #require(gateway.links.url(of: media, origin: "", at: now - .seconds(3_601)))
            let late = try await gateway.get(old)
            #expect(late.status == 403 && late.code == "url_expired")
            let fresh = try #require(gateway.links.url(of: media, origin: "", at: now))
            let bytes = try await gateway.get(fresh)
            #expect(bytes.status == 200 && bytes.bytes == [1, 2, 3])
            #expect(bytes.headers[.contentType] == "application/octet-stream")
            #expect(bytes.headers[.contentDisposition] == "attachment")
            try await gateway.media.remove(media.digest)
            #expect(try await gateway.get(fresh).code == "media_not_found")
        }
    }

    @Test("no other method, and no other path")
    func methods() async throws {
        try await MediaGateway.run { gateway in
            let post = try await gateway.get("/media/x", .post)
            #expect(post.status == 405)
            for path in ["/media/", "/media/a/b", "/media"] {
                let answer = try await gateway.get(path)
                #expect(answer.status == 404, "\(path)")
            }
        }
    }

    @Test(
        "ranges are read as RFC 9110 has them",
        arguments: [
            ("bytes=0-0", ByteRange.part(0..<1)), ("bytes=5-", .part(5..<10)), ("bytes=0-99", .part(0..<10)),
            ("bytes=-3", .part(7..<10)), ("bytes=-99", .part(0..<10)), ("Bytes=1-2", .part(1..<3)),
            ("bytes=10-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=3-2", .whole),
            ("bytes=", .whole), ("bytes=-", .whole), ("bytes=a-b", .whole), ("items=0-1", .whole),
            ("bytes=0-1,2-3", .whole), ("bytes=+1-2", .whole),
            ("bytes=1-99999999999999999999", .part(1..<10)),
            ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=1--2", .whole),
        ])
    func byteRanges(_ text: String, _ expected: ByteRange) {
        #expect(ByteRange(text, size: 10) == expected)
    }

    @Test("nothing is asked for of nothing")
    func noRange() {
        #expect(ByteRange(nil, size: 10) == .whole)
        #expect(ByteRange("bytes=-3", size: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=0-", size: 0) == .unsatisfiable)
    }
}
#endif
