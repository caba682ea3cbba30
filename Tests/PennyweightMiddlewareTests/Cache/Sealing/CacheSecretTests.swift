import HTTPTypes
import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite("CacheSecret")
struct CacheSecretTests {
    private let hexadecimal = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

    @Test("32 bytes are read in either spelling, and nothing else is")
    func reading() throws {
        let secret = try #require(CacheSecret(Array(0..<32)))
        #expect(CacheSecret(reading: hexadecimal) == secret)
        #expect(CacheSecret(reading: " \(hexadecimal.uppercased())\n") == secret)
        #expect(CacheSecret(reading: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n") == secret)
        for wrong in [
            "", "x", String(hexadecimal.dropLast()), hexadecimal + "0", "AAECAwQFBgcICQoLDA0ODxA=",
            String(repeating: "correct horse battery staple ", count: 2), String(repeating: "g", count: 64),
        ] {
            #expect(CacheSecret(reading: wrong) == nil, "\(wrong)")
        }
        #expect(CacheSecret(Array(0..<31)) == nil)
    }

    /// Made with Python's `hmac` from the documentation.
    @Test("a key is blinded as a second implementation does it")
    func golden() throws {
        let secret = try #require(CacheSecret(Array(0..<32)))
        let key = try #require(CacheKey(digest: Array(repeating: 0xAA, count: 32)))
        #expect(
            key.blinded(by: secret).description
                == "9b9c711f545a4b514b736c80ac870b60be99c9154fd50e63b37879e9e85c1e39")
    }

    @Test("it shows nothing of itself")
    func silent() throws {
        let secret = try #require(CacheSecret(reading: hexadecimal))
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\(CacheEncryption.secret(secret))"] {
            #expect(!text.contains("0001") && text.contains("secret"), "\(text)")
        }
        #expect(secret != CacheSecret(Array(1..<33)))
        #expect(Set([secret, CacheSecret(Array(0..<32)), nil]).count == 2)
    }
}

@Suite("The cache with secrets", .timeLimit(.minutes(5)))
struct SecretCallTests {
    private let one = CacheSecret(Array(repeating: 1, count: 32))
    private let two = CacheSecret(Array(repeating: 2, count: 32))

    private func ask(
        _ scene: CacheScene, _ pipeline: Pipeline, _ secret: CacheSecret?,
        _ change: (inout Context) -> Void = { _ in }
    ) async throws -> (text: String, facts: Facts) {
        var context = scene.context()
        context[CacheSecret.self] = secret
        change(&context)
        let response = try await pipeline.send(CacheScene.chat(), context: context)
        let bytes = try await response.body.collect(upTo: 1 << 20)
        return (String(decoding: bytes, as: UTF8.self), response.facts)
    }

    @Test("memory serves an answer to the credential that it was stored with, and to no other")
    func memory() async throws {
        let scene = CacheScene()
        let pipeline = scene.pipeline(ScriptedTransport((1...4).map { .answer(200, "\"\($0)\"") }))
        #expect(try await ask(scene, pipeline, one).text == "\"1\"")
        #expect(try await ask(scene, pipeline, two).text == "\"2\"")
        #expect(try await ask(scene, pipeline, nil).text == "\"3\"")
        for (secret, text) in [(one, "\"1\""), (two, "\"2\""), (nil, "\"3\"")] {
            let hit = try await ask(scene, pipeline, secret)
            #expect(hit.text == text && hit.facts.cache?.status == .hit)
        }
    }

    @Test("a pinned answer of another credential is as good as none")
    func pinned() async throws {
        let scene = CacheScene()
        let pipeline = scene.pipeline(ScriptedTransport([.answer(200, "\"1\"")]))
        let stored = try await ask(scene, pipeline, one)
        let id = try #require(stored.facts.cache?.recording)
        for (secret, isHit) in [(one, true), (two, false), (nil, false)] {
            let found = try await ask(scene, pipeline, secret) { context in
                context[CacheWishes.self].match = .pinned(id)
                context[CacheWishes.self].mode = .replayOrError
            }
            #expect((found.facts.cache?.status == .hit) == isHit)
        }
    }

    @Test("with one secret all calls share, and the key that is shown is the blinded one")
    func application() async throws {
        var scene = CacheScene()
        scene.policy.encryption = .secret(try #require(one))
        let pipeline = scene.pipeline(ScriptedTransport([.answer(200, "\"1\"")]))
        let miss = try await ask(scene, pipeline, nil)
        let hit = try await ask(scene, pipeline, nil)
        #expect(hit.text == "\"1\"" && hit.facts.cache?.status == .hit)
        let plain = CacheScene()
        let other = try await ask(
            plain, plain.pipeline(ScriptedTransport([.answer(200, "\"1\"")])), nil)
        let key = try #require(other.facts.cache?.key)
        #expect(miss.facts.cache?.key == key.blinded(by: try #require(one)))
    }

    @Test("identical calls of one credential share one upstream call, those of two don't")
    func coalesced() async throws {
        let flight = FlightScene { _ in }
        let gate = Gate()
        let pipeline = flight.pipeline(
            (0..<2).map { _ in
                .custom { _, _ in
                    await gate.wait()
                    return Response(.ok, body: Body("\"x\""))
                }
            })
        let secrets = [one, two]
        let tasks = (0..<6).map { number in
            var context = flight.scene.context()
            context[CacheSecret.self] = secrets[number % 2]
            return Task { [context] in
                let request = FlightScene.request(stream: false)
                return try await pipeline.send(request, context: context).body.collect(upTo: 99)
            }
        }
        #expect(await flight.waitForCallers(6))
        gate.open()
        for task in tasks { #expect(try await task.value == Array("\"x\"".utf8)) }
        #expect(flight.askedCount == 2)
        #expect(await flight.isQuiet())
    }
}
