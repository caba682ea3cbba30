import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("CacheDirectives")
struct CacheDirectivesTests {
    @Test("directives are read in any case, with white space, and beside unknown ones")
    func tolerant() {
        let directives = CacheDirectives(
            "private=\"a, no-store\" ,NO-Cache,, Max-Age = 60\t, x-y=1, ONLY-if-cached")
        #expect(directives.noCache)
        #expect(directives.onlyIfCached)
        #expect(!directives.noStore)
        #expect(directives.maximumAge == .seconds(60))
    }

    @Test(
        "ages: quoted, huge, unreadable, and two of them",
        arguments: [
            ("max-age=0", Duration.zero), ("max-age=\"5\"", .seconds(5)), ("max-age", .zero),
            ("max-age=", .zero),
            ("max-age=abc", .zero), ("max-age=-1", .zero), ("max-age=1.5", .zero),
            ("max-age=99999999999999999999", .seconds(2_147_483_647)), ("max-age=9, max-age=7", .seconds(7)),
        ])
    func ages(value: String, expected: Duration) {
        #expect(CacheDirectives(value).maximumAge == expected)
    }

    @Test("what can't be read counts as the strictest, and of two values the stricter counts")
    func strictest() {
        let unreadable = CacheDirectives("max-stale=x, min-fresh, stale-if-error=\"")
        #expect(unreadable.maximumStaleness == .zero)
        #expect(unreadable.minimumFreshness == .seconds(Int64(Int32.max)))
        #expect(unreadable.staleIfError == .zero)
        let twice = CacheDirectives("max-stale, max-stale=9, min-fresh=1, Min-Fresh=\"7\", stale-if-error=5")
        #expect(twice.maximumStaleness == .seconds(9))
        #expect(twice.minimumFreshness == .seconds(7))
        #expect(twice.staleIfError == .seconds(5))
        #expect(CacheDirectives("max-stale").maximumStaleness == .seconds(Int64(Int32.max)))
    }

    @Test("what two places ask for narrows, whichever comes first")
    func narrowed() {
        let one = CacheDirectives("no-cache, max-age=5, max-stale=9, stale-if-error=3")
        let other = CacheDirectives("only-if-cached, max-age=7, max-stale=2, min-fresh=4")
        let both = one.narrowed(by: other)
        #expect(both == other.narrowed(by: one))
        #expect(
            both
                == CacheDirectives(
                    "no-cache, only-if-cached, max-age=5, max-stale=2, min-fresh=4, stale-if-error=3"))
    }

    @Test("garbage is read without a word, and never makes the cache bolder")
    func garbage() {
        let pieces = [
            "no-store", "no-cache", "max-age", "=", ",", "\"", "\\", " ", "\t", "5", "-", "max-stale", "é",
            "\u{0}", "min-fresh=", "only-if-cached", ";", "99999999999999999999999", "stale-if-error=1",
        ]
        let seed: UInt64 = 20_260
        print("seed \(seed)")
        let random = SeededRandom(seed: seed)
        for _ in 0..<2_000 {
            let text = (0..<random.next(below: 13)).map { _ in
                pieces[Int(random.next(below: UInt64(pieces.count)))]
            }.joined()
            let read = CacheDirectives(text)
            for duration in [
                read.maximumAge, read.maximumStaleness, read.minimumFreshness, read.staleIfError,
            ] {
                #expect((duration ?? .zero) >= .zero, "\(text)")
                #expect((duration ?? .zero) <= .seconds(Int64(Int32.max)), "\(text)")
            }
        }
    }

    @Test("without the field nothing is asked")
    func absent() {
        #expect(CacheDirectives(nil) == CacheDirectives())
        #expect(CacheDirectives("") == CacheDirectives())
        #expect(CacheDirectives("no-stores, ono-cache") == CacheDirectives())
    }

    @Test("no-store is read")
    func noStore() {
        #expect(CacheDirectives("no-store").noStore)
        #expect(CacheDirectives("x=\"\\\"\", no-store").noStore)
    }
}
