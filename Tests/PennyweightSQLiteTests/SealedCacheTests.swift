import Foundation
import PennyweightLedger
import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("SQLiteCache, sealed")
struct SealedCacheTests {
    private let directory: TemporaryDirectory
    private let make = EntryMaker()
    private let mine: CacheSecret
    private let other: CacheSecret

    init() throws {
        directory = try TemporaryDirectory()
        mine = try #require(CacheSecret(Array(repeating: 1, count: 32)))
        other = try #require(CacheSecret(Array(repeating: 2, count: 32)))
    }

    private func key(_ number: Int, _ secret: CacheSecret? = nil) -> CacheKey {
        make.key(number).blinded(by: secret ?? mine)
    }

    private func entry(_ number: Int) -> CacheEntry {
        var entry = make.entry(number, body: make.text(number), usage: LineMaker.usage)
        entry.pace = [1, 2, 3]
        return entry
    }

    @Test("the contract of the port") func contract() async throws {
        try await checkCacheStore {
            SecretStore(
                cache: try SQLiteCache.open(
                    at: directory.newFile(), limitBytes: Int64($0), requiresSecret: true), secret: mine)
        }
    }

    @Test("entries of every kind outlive the process, and other processes have them too")
    func reopening() async throws {
        let path = directory.newFile()
        let first = try SQLiteCache.open(at: path)
        for (number, entry) in make.variants.enumerated() { try await first.store(entry, for: key(number)) }
        let beside = try SQLiteCache.open(at: path)
        for (number, entry) in make.variants.enumerated() {
            #expect(try await beside.entry(for: key(number)) == entry, "variant \(number)")
        }
        await first.close()
        await beside.close()
        let second = try SQLiteCache.open(at: path)
        for (number, entry) in make.variants.enumerated() {
            #expect(try await second.entry(for: key(number)) == entry, "variant \(number)")
        }
    }

    @Test("large bodies are still gzip members that can be served as they are") func gzip() async throws {
        let cache = try SQLiteCache.open(at: directory.newFile())
        let body = Array(String(repeating: "The same sentence again. ", count: 1_000).utf8)
        try await cache.store(make.entry(1, body: body), for: key(1))
        let found = try #require(try await cache.entry(for: key(1)))
        let member = try #require(found.gzipMember)
        #expect(found.body == body && member.count < 1_000)
        #expect(Inflate.expand(member, to: body.count, .gzip) == body)
    }

    @Test("file and log say nothing of question or answer, and keep no digest that a guess could meet")
    func raw() async throws {
        for isSealed in [false, true] {
            let cache = try SQLiteCache.open(at: directory.newFile())
            var needles: [(name: String, bytes: [UInt8])] = [
                ("content type", Array("application/json".utf8)),
                ("canonical digest", make.noise(32, seed: 99)),
                ("usage", Array("the provider's own words".utf8)), ("variant", Array("high/1024x1024".utf8)),
            ]
            for number in 0..<20 {
                // What doesn't compress lies in the file as it is, unless it is sealed.
                let body = make.noise(300, seed: UInt64(number)) + Array("The answer is \(number).".utf8)
                var entry = make.entry(
                    number, body: body,
                    usage: Usage(
                        meters: [.init(.image, variant: "high/1024x1024", count: 1)],
                        raw: Array("the provider's own words".utf8)))
                entry.canonicalDigest = make.noise(32, seed: 99)
                let key = isSealed ? key(number) : make.key(number)
                try await cache.store(entry, for: key)
                needles.append(("body", Array(body.prefix(60))))
                needles.append(("end of body", Array(body.suffix(10))))
                needles.append(("key", make.key(number).digest))
                let hash = StoredBody(packing: body, route: entry.route).hash(of: body)
                needles.append(("content address", withUnsafeBytes(of: hash.bigEndian) { Array($0) }))
            }
            #expect(try FileSize.of(cache.path + "-wal") ?? 0 > 0)
            try expect(needles, in: cache.path, areThere: !isSealed)
            await cache.close()
            try expect(needles, in: cache.path, areThere: !isSealed)
        }
    }

    private func expect(
        _ needles: [(name: String, bytes: [UInt8])], in path: String, areThere: Bool
    ) throws {
        var files = Data()
        for end in ["", "-wal", "-shm", "-removals"] {
            files += FileManager.default.contents(atPath: path + end) ?? Data()
        }
        for needle in needles {
            let isThere = files.range(of: Data(needle.bytes)) != nil
            #expect(isThere == areThere, "\(needle.name)")
        }
    }

    @Test("equal answers can't be told from the file, nor those of two secrets") func equality() async throws
    {
        let cache = try SQLiteCache.open(at: directory.newFile())
        let body = make.noise(5_000, seed: 1)
        for number in 0..<4 {
            try await cache.store(make.entry(number, body: body), for: key(number, number < 2 ? mine : other))
        }
        let connection = try Connection(cache.path, SQLiteCache.options.reading)
        for column in ["hash", "bytes"] {
            #expect(try connection.number("SELECT count(DISTINCT \(column)) FROM body") == 4)
        }
        #expect(make.key(1).blinded(by: mine) != make.key(1).blinded(by: other))
        #expect(make.key(1).blinded(by: mine) != make.key(1))
    }

    @Test("another secret finds nothing, by key and by name, and removes nothing") func wrongSecret()
        async throws
    {
        let cache = try SQLiteCache.open(at: directory.newFile())
        try await cache.store(entry(1), for: key(1))
        for _ in 0..<2 {
            #expect(try await cache.entry(for: key(1, other)) == nil)
            #expect(try await cache.entry(for: make.key(1)) == nil)
            // The blinded key, which stands in headers, is not enough either.
            let stolen = try #require(CacheKey(digest: key(1).digest, secret: other))
            #expect(try await cache.entry(for: stolen) == nil)
            #expect(try await cache.entry(for: try #require(CacheKey(digest: key(1).digest))) == nil)
            #expect(try cache.peek(stolen) == nil)
            #expect(try await cache.entry(named: make.id(1)) == nil)
            #expect(try await cache.entry(named: make.id(1), sealedWith: other) == nil)
            try await cache.remove(make.key(77))
            #expect(try await cache.entry(named: make.id(1), sealedWith: mine) == entry(1))
            #expect(try await cache.entry(for: key(1)) == entry(1))
        }
    }

    @Test("what was stored with other settings is a miss, listed, and can be purged") func switching()
        async throws
    {
        let path = directory.newFile()
        let plain = try SQLiteCache.open(at: path)
        try await plain.store(entry(1), for: make.key(1))
        await plain.close()
        let sealed = try SQLiteCache.open(at: path, requiresSecret: true)
        #expect(try await sealed.entry(for: key(1)) == nil)
        #expect(try await sealed.entry(for: make.key(1)) == nil)
        #expect(try await sealed.entry(named: make.id(1)) == nil)
        #expect(try await sealed.entry(named: make.id(1), sealedWith: mine) == nil)
        // Nothing lies there in plain from now on.
        try await sealed.store(entry(2), for: make.key(2))
        #expect(try sealed.statistics().entries == 1)
        try await sealed.store(entry(3), for: key(3))
        await sealed.close()
        let again = try SQLiteCache.open(at: path)
        #expect(try await again.entry(for: make.key(1)) == entry(1))
        #expect(try await again.entry(for: make.key(3)) == nil)
        let page = try await again.entries(CacheSelection(), after: nil, limit: 9).entries
        #expect(page.map(\.isSealed) == [false, true])
        #expect(
            page.last?.key == key(3) && page.last?.model == "gpt-x" && page.last?.bytes == entry(3).body.count
        )
        var selection = CacheSelection()
        selection.key = key(3)
        #expect(try await again.remove(selection) == 1)
        #expect(try await again.remove(CacheSelection()) == 1)
        #expect(try again.statistics().bytes == 0)
    }

    @Test(
        "each flipped bit of a row is a miss or changes nothing, also if its sum is made right again",
        arguments: [false, true])
    func flipped(isSumRight: Bool) async throws {
        let path = directory.newFile()
        let cache = try SQLiteCache.open(at: path)
        try await cache.store(entry(1), for: key(1))
        await cache.close()
        let row = try RowCopy(of: path)
        for place in row.places {
            let spoiled = directory.newFile()
            try FileManager.default.copyItem(atPath: path, toPath: spoiled)
            guard try row.flip(place, in: spoiled, isSumRight: isSumRight) else { continue }
            let cache = try SQLiteCache.open(at: spoiled)
            let found = try await cache.entry(for: key(1))
            #expect(found == nil || found == entry(1) && place.isBookkeeping, "\(place)")
            // A row under another key isn't read.
            if found == nil, !isSumRight, !place.isBookkeeping, place.column != "key" {
                // What is damaged goes, so that it isn't read again.
                try await cache.remove(make.key(2))
                #expect(try cache.statistics().entries == 0, "\(place)")
            }
            try await cache.store(entry(1), for: key(1))
            #expect(try await cache.entry(for: key(1)) == entry(1), "\(place)")
            await cache.close()
            try FileManager.default.removeItem(atPath: spoiled)
        }
    }

    @Test(
        "nothing of a row can be put into another one",
        arguments: [
            "UPDATE entry SET body = 3 - body",
            "UPDATE body SET bytes = (SELECT bytes FROM body b WHERE b.id = 3 - body.id)",
            "UPDATE entry SET key = (SELECT key FROM entry e WHERE e.id = 3 - entry.id), "
                + "hash = (SELECT hash FROM entry e WHERE e.id = 3 - entry.id)",
            "UPDATE entry SET name = (SELECT name FROM entry e WHERE e.id = 3 - entry.id)",
            "UPDATE entry SET expires_at = (SELECT expires_at FROM entry e WHERE e.id = 3 - entry.id)",
            "UPDATE entry SET account = (SELECT account FROM entry e WHERE e.id = 3 - entry.id)",
        ])
    func swapped(_ sql: String) async throws {
        let cache = try SQLiteCache.open(at: directory.newFile())
        var originals: [CacheEntry] = []
        for number in 1...2 {
            var entry = entry(number)
            entry.account = "account\(number)"
            entry.expiresAt = entry.expiresAt + .seconds(Int64(number))
            entry.usableUntil = entry.expiresAt
            try await cache.store(entry, for: key(number))
            originals.append(entry)
        }
        let connection = try Connection(cache.path, SQLiteCache.options)
        try connection.execute(sql)
        try RowCopy.makeSumsRight(connection)
        // SQL changes one row after the other: the second may be as it was.
        var found: [CacheEntry] = []
        for number in 1...2 {
            let byKey = try await cache.entry(for: key(number))
            let byName = try await cache.entry(named: make.id(number), sealedWith: mine)
            #expect(byKey == nil || byKey == originals[number - 1])
            #expect(byName == nil || byName == originals[number - 1])
            found += [byKey].compactMap { $0 }
        }
        #expect(found.count < 2)
    }
}
