public import PennyweightMiddleware
private import PennyweightPipeline

/// Checks that a store keeps every promise of the port `MediaStore`; throws a ``ContractViolation`` that
/// names the first one that is broken.
///
/// `make` gives a new, empty store at every call that keeps at most so many bytes.
public func checkMediaStore(
    _ make: @Sendable (_ limitBytes: Int64) async throws -> any MediaStore
) async throws {
    let contract = MediaStoreContract()
    try await contract.returnsWhatWasPut(make(1 << 20))
    try await contract.keepsOnce(make(1 << 20))
    try await contract.readsRanges(make(1 << 20))
    try await contract.removes(make(1 << 20))
    try await contract.keepsNothingOfWhatBreaks(make(1 << 20))
    try await contract.keepsNothingTooLarge(make(1_000))
    try await contract.dropsWhatIsUnused(make(100_000))
    try await contract.worksConcurrently(make(1 << 20))
}

/// The promises of `MediaStore`, one by one, each against an empty store.
struct MediaStoreContract {
    private func bytes(_ number: Int, count: Int = 1_000) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number &* 7 &+ ($0 >> 8)) }
    }

    func returnsWhatWasPut(_ store: any MediaStore) async throws {
        let samples: [[UInt8]] = [
            [], [1], bytes(1), bytes(2, count: 700_001),
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + bytes(3),
        ]
        for sample in samples {
            let media = try await store.put(sample)
            try require(media.digest, is: MediaDigest(of: sample), "content is named by its SHA-256")
            try require(media.size, is: Int64(sample.count), "the size is that of the content")
            try require(
                media.type, is: MediaType(beginningWith: Array(sample.prefix(MediaType.headLength))),
                "the type is told by the content")
            try require(await store.find(media.digest), is: media, "what was put is found as it was told")
            try require(
                await store.bytes(of: media.digest, upTo: 1 << 20), is: sample, "content comes back whole")
        }
        try require(await store.find(MediaDigest(of: [9])), is: nil, "what was never put is not there")
        try require(
            await store.bytes(of: MediaDigest(of: [9]), upTo: 10), is: nil,
            "what was never put has no content")
    }

    func keepsOnce(_ store: any MediaStore) async throws {
        for _ in 0..<3 { _ = try await store.put(bytes(1)) }
        let tier = try await store.statistics()
        try require(tier.entries, is: 1, "equal content is kept once")
        try require(tier.bytes, is: 1_000, "equal content counts once")
    }

    func readsRanges(_ store: any MediaStore) async throws {
        let content = bytes(1, count: 600_000)
        let digest = try await store.put(content).digest
        for range in [Int64(0)..<1, 5..<9, 599_999..<600_000, 100..<500_000, 7..<7] {
            let body = try await store.content(of: digest, in: range)
            let expected = Array(content[Int(range.lowerBound)..<Int(range.upperBound)])
            try require(await body?.collect(upTo: 1 << 20), is: expected, "a range is those bytes")
            try require(body?.length, is: expected.count, "a range says how long it is")
        }
    }

    func removes(_ store: any MediaStore) async throws {
        let (first, second) = (try await store.put(bytes(1)).digest, try await store.put(bytes(2)).digest)
        let open = try await store.content(of: first, in: nil)
        try await store.remove(first)
        try await store.remove(first)
        try require(await store.find(first), is: nil, "what was removed is gone")
        try require(
            await open?.collect(upTo: 1 << 20), is: bytes(1),
            "what is removed while it is read is read to its end")
        try require(await store.find(second)?.size, is: 1_000, "nothing else is removed")
        try await store.removeAll()
        try require(await store.find(second), is: nil, "everything can be removed")
        try require(await store.statistics().bytes, is: 0, "what was removed doesn't count")
    }

    func keepsNothingOfWhatBreaks(_ store: any MediaStore) async throws {
        let reader = ScriptedReader([.chunk(bytes(1)), .fail(Failure(.connectionLost, "cut"))])
        try await requireFailure("a reader's error is thrown") { _ = try await store.put(reader) }
        try require(await store.statistics().entries, is: 0, "nothing is kept of content that breaks off")
    }

    func keepsNothingTooLarge(_ store: any MediaStore) async throws {
        try await requireFailure("content larger than the store is refused") {
            _ = try await store.put(bytes(1, count: 1_001))
        }
        try require(await store.statistics().entries, is: 0, "nothing is kept of content that is too large")
        try require(await store.put(bytes(1)).size, is: 1_000, "content as large as the store is kept")
        let digest = MediaDigest(of: bytes(1))
        try require(await store.find(digest)?.size, is: 1_000, "content as large as the store stays")
    }

    func dropsWhatIsUnused(_ store: any MediaStore) async throws {
        let favourite = try await store.put(bytes(0, count: 5_000)).digest
        for number in 1...100 {
            _ = try await store.put(bytes(number, count: 5_000))
            guard try await store.find(favourite) != nil else {
                throw ContractViolation("what is used goes last: it went after \(number) others.")
            }
            let total = try await store.statistics().bytes
            // A store may look at what it keeps only now and then.
            guard total <= 100_000 + 100_000 / 16 + 5_000 else {
                throw ContractViolation(
                    "the store stays within its bound: it keeps \(total) of 100000 bytes.")
            }
        }
        try require(
            await store.find(MediaDigest(of: bytes(1, count: 5_000))), is: nil,
            "what was not used for longest goes first")
    }

    func worksConcurrently(_ store: any MediaStore) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    let content = bytes(number % 5, count: 9_000)
                    let digest = try await store.put(content).digest
                    try require(
                        await store.bytes(of: digest, upTo: 9_000), is: content,
                        "content comes back whole while others are put")
                }
            }
            try await group.waitForAll()
        }
        try require(await store.statistics().entries, is: 5, "equal content is kept once")
    }
}
