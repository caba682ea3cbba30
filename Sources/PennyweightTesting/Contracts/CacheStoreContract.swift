private import PennyweightLedger
public import PennyweightMiddleware
private import PennyweightTime

/// Checks that a store keeps every promise of the port `CacheStore`; throws a ``ContractViolation`` that
/// names the first one that is broken.
///
/// `make` gives a new, empty store at every call that keeps at most so many bytes.
public func checkCacheStore(
    _ make: @Sendable (_ limitBytes: Int) async throws -> any CacheStore
) async throws {
    let contract = CacheStoreContract()
    try await contract.returnsWhatWasStored(make(64 << 20))
    try await contract.keepsKeysApart(make(1 << 20))
    try await contract.replaces(make(1 << 20))
    try await contract.removes(make(1 << 20))
    try await contract.servesStale(make(1 << 20))
    try await contract.findsByName(make(1 << 20))
    try await contract.lists(make(1 << 20))
    try await contract.selects(make(1 << 20))
    try await contract.removesSelected(make(1 << 20))
    try await contract.counts(make(1 << 20))
    try await contract.keepsNothingTooLarge(make(64 << 10))
    try await contract.staysBounded(make(256 << 10), limitBytes: 256 << 10)
    try await contract.worksConcurrently(make(16 << 20))
}

/// The promises of `CacheStore`, one by one, each against an empty store.
struct CacheStoreContract {
    let make = EntryMaker()

    func returnsWhatWasStored(_ store: any CacheStore) async throws {
        for (number, entry) in make.variants.enumerated() {
            let key = make.key(number)
            try await store.store(entry, for: key)
            let found = try await store.entry(for: key)
            guard found == entry else {
                throw ContractViolation("an entry comes back as it was stored: number \(number) does not.")
            }
        }
    }

    func keepsKeysApart(_ store: any CacheStore) async throws {
        try await store.store(make.entry(body: make.text(1)), for: make.key(1))
        try require(await store.entry(for: make.key(2)), is: nil, "a key that was never stored has no entry")
        try await store.store(make.entry(body: make.text(2)), for: make.key(2))
        try require(
            await store.entry(for: make.key(1))?.body, is: make.text(1), "keys have entries of their own")
        try require(
            await store.entry(for: make.key(2))?.body, is: make.text(2), "keys have entries of their own")
    }

    func replaces(_ store: any CacheStore) async throws {
        for number in 0..<3 { try await store.store(make.entry(body: make.text(number)), for: make.key(1)) }
        try require(await store.entry(for: make.key(1))?.body, is: make.text(2), "the latest entry stands")
    }

    func removes(_ store: any CacheStore) async throws {
        try await store.store(make.entry(body: make.text(1)), for: make.key(1))
        try await store.remove(make.key(1))
        try require(await store.entry(for: make.key(1)), is: nil, "a removed entry is gone")
        try await store.remove(make.key(1))
    }

    func servesStale(_ store: any CacheStore) async throws {
        var entry = make.entry(body: make.text(1))
        entry.expiresAt = entry.storedAt - .seconds(1)
        try await store.store(entry, for: make.key(1))
        try require(await store.entry(for: make.key(1)), is: entry, "a store gives stale entries as well")
    }

    func keepsNothingTooLarge(_ store: any CacheStore) async throws {
        try await store.store(make.entry(body: make.text(1)), for: make.key(1))
        try await store.store(make.entry(body: make.noise(200 << 10, seed: 1)), for: make.key(1))
        try require(
            await store.entry(for: make.key(1)), is: nil,
            "an entry larger than the bound is not kept, and what it replaces is gone")
    }

    func staysBounded(_ store: any CacheStore, limitBytes: Int) async throws {
        let size = 8 << 10
        let count = 100
        for number in 0..<count {
            let entry = make.entry(body: make.noise(size, seed: UInt64(number)))
            try await store.store(entry, for: make.key(number))
        }
        var kept = 0
        for number in 0..<count where try await store.entry(for: make.key(number)) != nil { kept += 1 }
        guard kept * size <= limitBytes else {
            throw ContractViolation(
                "a store stays within its bound: it keeps \(kept * size) bytes of \(limitBytes).")
        }
        guard kept > 0 else { throw ContractViolation("a full store makes room: it keeps nothing.") }
    }

    func worksConcurrently(_ store: any CacheStore) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let key = make.key(number % 50)
                    let body = make.text(number % 50)
                    try await store.store(make.entry(body: body), for: key)
                    try require(
                        await store.entry(for: key)?.body, is: body, "concurrent entries keep their bodies")
                }
            }
            try await group.waitForAll()
        }
    }
}
