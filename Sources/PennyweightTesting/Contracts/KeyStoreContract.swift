public import PennyweightLedger
private import PennyweightTime

/// Checks that a store keeps every promise of the port `KeyStore`; throws a ``ContractViolation`` that names
/// the first one that is broken.
///
/// `make` gives a new, empty store at every call.
public func checkKeyStore(_ make: @Sendable () async throws -> any KeyStore) async throws {
    let contract = KeyStoreContract()
    try await contract.returnsWhatWasAdded(make())
    try await contract.takesAnIDOnce(make())
    try await contract.revokesOnce(make())
    try await contract.pagesBothWays(make())
    try await contract.filters(make())
    try await contract.worksConcurrently(make())
}

/// The promises of `KeyStore`, one by one, each against an empty store.
struct KeyStoreContract {
    private let start = LineMaker().start

    private func key(
        _ id: String, account: String = "acme", expiresAfter life: Duration? = nil,
        revokedAt: Timestamp? = nil
    ) -> VirtualKey {
        VirtualKey(
            id: id, name: "n\"ä\n\(id)", secretDigest: Array(0..<32), lastFour: "wxyz", account: account,
            models: ["gpt-4o*", "a,b", "ü"], routes: ["/chat/completions"], createdAt: start,
            expiresAt: life.map { start + $0 }, revokedAt: revokedAt)
    }

    private func query(_ limit: Int = 20, at delay: Duration = .zero) -> KeyQuery {
        var query = KeyQuery(at: start + delay)
        query.limit = limit
        return query
    }

    func returnsWhatWasAdded(_ store: any KeyStore) async throws {
        let plain = VirtualKey(
            id: "plain", name: nil, secretDigest: Array(repeating: 255, count: 32), lastFour: "----",
            account: "a", createdAt: start)
        let keys = [plain, key("full", expiresAfter: .seconds(1)), key("gone", revokedAt: start)]
        for key in keys { try await store.add(key) }
        for key in keys { try require(await store.key(key.id), is: key, "a key comes back as it was added") }
        try require(await store.key("PLAIN"), is: nil, "an id is looked up exactly")
        try require(await store.key("pl"), is: nil, "an id is not looked up by its start")
        try require(
            await store.keys(query()).keys, is: keys.reversed(), "keys are listed newest first")
    }

    func takesAnIDOnce(_ store: any KeyStore) async throws {
        try await store.add(key("one"))
        try await requireFailure("an id that is taken is refused") {
            try await store.add(key("one", account: "other"))
        }
        try require(await store.key("one")?.account, is: "acme", "the first key with an id stands")
    }

    func revokesOnce(_ store: any KeyStore) async throws {
        try await store.add(key("one"))
        try require(await store.revoke("none", at: start), is: false, "a key that isn't there isn't revoked")
        let later = start + .seconds(9)
        try require(await store.revoke("one", at: later), is: true, "a key is revoked")
        try require(
            await store.revoke("one", at: later + .seconds(1)), is: false, "a revoked key isn't revoked again"
        )
        try require(await store.key("one")?.revokedAt, is: later, "the first revocation stands")
        try require(
            await store.keys(query()).keys.map(\.revokedAt), is: [later], "a list tells what was revoked")
    }

    func pagesBothWays(_ store: any KeyStore) async throws {
        for number in 1...5 { try await store.add(key("k\(number)")) }
        var next = query(2)
        let first = try await store.keys(next)
        try require(first.keys.map(\.id), is: ["k5", "k4"], "a page begins with the newest")
        try require(first.hasMore, is: true, "a page says that more follow")
        next.startingAfter = "k2"
        let last = try await store.keys(next)
        try require(last.keys.map(\.id), is: ["k1"], "a page begins after its cursor")
        try require(last.hasMore, is: false, "the last page says that nothing follows")
        var back = query(2)
        back.endingBefore = "k1"
        let before = try await store.keys(back)
        try require(before.keys.map(\.id), is: ["k3", "k2"], "a page ends before its cursor")
        try require(before.hasMore, is: true, "a page says that more stand before it")
        back.endingBefore = "k3"
        try require(await store.keys(back).hasMore, is: false, "the first page says that nothing is before")
        back.endingBefore = "none"
        try require(await store.keys(back).keys, is: [], "beyond a key that isn't there is nothing")
    }

    func filters(_ store: any KeyStore) async throws {
        try await store.add(key("a", account: "acme/search", expiresAfter: .seconds(10)))
        try await store.add(key("b", account: "acme-2"))
        try await store.add(key("c", expiresAfter: .seconds(10), revokedAt: start))
        var below = query()
        below.account = "acme"
        try require(
            await store.keys(below).keys.map(\.id), is: ["c", "a"], "an account stands for those below it")
        for (status, before, after) in [
            (VirtualKey.Status.active, ["b", "a"], ["b"]), (.expired, [], ["a"]), (.revoked, ["c"], ["c"]),
        ] {
            var query = query()
            query.status = status
            try require(await store.keys(query).keys.map(\.id), is: before, "keys are listed by status")
            query.time = start + .seconds(10)
            try require(await store.keys(query).keys.map(\.id), is: after, "a status depends on the time")
        }
    }

    func worksConcurrently(_ store: any KeyStore) async throws {
        for number in 0..<20 { try await store.add(key("k\(number)")) }
        let wins = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask { try await store.revoke("k\(number % 20)", at: start) }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        try require(wins, is: 20, "of several revocations at once, one counts")
    }
}
