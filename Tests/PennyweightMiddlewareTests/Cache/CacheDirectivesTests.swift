import PennyweightMiddleware
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
