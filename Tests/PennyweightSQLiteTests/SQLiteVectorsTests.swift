import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("SQLiteVectors: kept in the cache's file")
struct SQLiteVectorsTests {
    private let directory: TemporaryDirectory
    private let make = EntryMaker()
    private let home: VectorPartition

    init() throws {
        directory = try TemporaryDirectory()
        home = VectorPartition(digest: make.key(7_777), dimensions: 20)
    }

    private func vector(_ number: Int) throws -> UnitVector {
        let random = SeededRandom(seed: UInt64(number) &+ 99)
        let numbers = (0..<20).map { _ in Float(random.next(below: 2_001)) - 1_000 }
        return try #require(UnitVector(of: numbers))
    }

    private func put(_ number: Int, _ cache: SQLiteCache, _ vectors: SQLiteVectors) async throws {
        try await cache.store(make.entry(number, body: make.text(number)), for: make.key(number))
        try await vectors.store(vector(number), for: make.key(number), in: home)
    }

    private func isFound(_ number: Int, _ vectors: SQLiteVectors) async throws -> Bool {
        let found = try await vectors.nearest(to: vector(number), in: home, atLeast: 0.9999, limit: 1)
        return found.first?.key == make.key(number)
    }

    @Test("the contract of the port") func contract() async throws {
        try await checkVectorStore {
            let cache = try SQLiteCache.open(at: directory.newFile())
            return (SQLiteVectors(in: cache), cache)
        }
    }

    @Test("a restart keeps vectors and what was learned") func restart() async throws {
        let path = directory.newFile()
        let hit = SemanticHit(
            id: make.id(1), partition: home, entry: make.id(2), key: make.key(2), similarity: 0.98,
            account: "a", at: Timestamp(seconds: 1))
        do {
            let cache = try SQLiteCache.open(at: path)
            let vectors = SQLiteVectors(in: cache)
            for number in 0..<5 { try await put(number, cache, vectors) }
            vectors.note(hit)
            _ = try await vectors.judge(hit.id, of: nil, isCorrect: false, account: "a")
            await cache.close()
        }
        let cache = try SQLiteCache.open(at: path)
        let vectors = SQLiteVectors(in: cache)
        for number in 0..<5 { #expect(try await isFound(number, vectors)) }
        #expect(try await vectors.evidence(for: make.key(2), in: home).entry.bands[4]?.wrong == 1)
        let again = try await vectors.judge(hit.id, of: nil, isCorrect: true, account: "a")
        #expect(again == SemanticVerdict(key: make.key(2), isCorrect: false, isNew: false))
        #expect(try cache.statistics().tiers.first?.vectors == 5)
        await cache.close()
    }

    @Test("two stores on one file see what the other puts in, replaces and takes out") func shared()
        async throws
    {
        let path = directory.newFile()
        let caches = [try SQLiteCache.open(at: path), try SQLiteCache.open(at: path)]
        let stores = caches.map { SQLiteVectors(in: $0) }
        let random = SeededRandom(seed: SystemRandom().next())
        var there: Set<Int> = []
        for round in 0..<120 {
            let side = Int(random.next(below: 2))
            let number = Int(random.next(below: 12))
            switch random.next(below: 4) {
            case 0:
                try await caches[side].remove(make.key(number))
                there.remove(number)
            case 1:
                try await stores[side].remove(vectorsOf: make.key(number))
                there.remove(number)
            default:
                try await put(number, caches[side], stores[side])
                there.insert(number)
            }
            let asked = Int(random.next(below: 12))
            for store in stores {
                #expect(
                    try await isFound(asked, store) == there.contains(asked),
                    "seed \(random.seed), round \(round)")
            }
        }
        #expect(try await stores[0].vectorCount() == there.count)
    }

    @Test("a purge takes vectors along, and an entry that is gone gets none") func purge() async throws {
        let cache = try SQLiteCache.open(at: directory.newFile())
        let vectors = SQLiteVectors(in: cache)
        for number in 0..<4 { try await put(number, cache, vectors) }
        #expect(try await isFound(1, vectors))
        var selection = CacheSelection()
        selection.id = make.id(1)
        try await cache.remove(selection)
        #expect(try await !isFound(1, vectors))
        #expect(try await isFound(2, vectors))
        try await vectors.store(vector(1), for: make.key(1), in: home)
        #expect(try await !isFound(1, vectors))
        try await cache.remove(CacheSelection())
        #expect(try await vectors.vectorCount() == 0)
        #expect(try cache.statistics().bytes == 0)
        let connection = try Connection(cache.path, SQLiteCache.options.reading)
        #expect(try connection.number("SELECT count(*) FROM vector") == 0)
        #expect(try connection.number("SELECT count(*) FROM vector_partition") == 0)
    }

    @Test("memory and partitions are bounded; what left memory is read again") func bounded() async throws {
        let cache = try SQLiteCache.open(at: directory.newFile())
        let vectors = SQLiteVectors(in: cache, memoryBytes: 10 * VectorMatrix.bytes(of: 20))
        for number in 0..<25 { try await put(number, cache, vectors) }
        #expect(try await vectors.vectorCount() == 10)
        for number in 0..<25 { #expect(try await isFound(number, vectors) == (number >= 15)) }
        let other = VectorPartition(digest: make.key(8_888), dimensions: 20)
        for number in 0..<5 { try await vectors.store(vector(number), for: make.key(number), in: other) }
        for partition in [other, home, other, home] {
            let number = partition == home ? 20 : 3
            let found = try await vectors.nearest(to: vector(number), in: partition, atLeast: 0.99, limit: 1)
            #expect(found.first?.key == make.key(number))
        }
    }

    @Test("vectors count towards the cache's bound on the disk") func diskBound() async throws {
        let cache = try SQLiteCache.open(at: directory.newFile(), limitBytes: 20_000)
        let vectors = SQLiteVectors(in: cache)
        for number in 0..<60 { try await put(number, cache, vectors) }
        #expect(try cache.statistics().bytes <= 20_000)
        #expect(try await vectors.vectorCount() == cache.statistics().entries)
        #expect(try await isFound(59, vectors))
        #expect(try await !isFound(0, vectors))
    }

    @Test("a damaged row is passed over and removed") func damaged() async throws {
        let path = directory.newFile()
        let cache = try SQLiteCache.open(at: path)
        let vectors = SQLiteVectors(in: cache)
        for number in 0..<3 { try await put(number, cache, vectors) }
        try Connection(path, SQLiteCache.options)
            .execute("UPDATE vector SET bytes = zeroblob(80) WHERE number = 2")
        #expect(try await !isFound(1, vectors))
        #expect(try await isFound(0, vectors))
        try await cache.remove(make.key(77))
        #expect(try await vectors.vectorCount() == 2)
    }

    @Test("every operation in turn, with a full disk") func faults() async throws {
        var position = 0
        var plan = FaultPlan(failAt: 1)
        repeat {
            position += 1
            let current = FaultPlan(failAt: position, isArmed: false)
            plan = current
            let cache = try SQLiteCache.open(at: directory.newFile(), limitBytes: 1 << 20) { _ in
                if current.isDue() { throw StorageProblem(.sqlite(13), "The disk is full.") }
            }
            let vectors = SQLiteVectors(in: cache, memoryBytes: 3 * VectorMatrix.bytes(of: 20))
            plan.arm()
            for number in 0..<5 { try? await put(number, cache, vectors) }
            try? await put(4, cache, vectors)
            let hit = SemanticHit(
                id: make.id(1), partition: home, entry: make.id(4), key: make.key(4), similarity: 0.98,
                account: "a", at: Timestamp(seconds: 1))
            vectors.note(hit)
            let verdict = try? await vectors.judge(hit.id, of: nil, isCorrect: false, account: "a")
            try? await vectors.compare(hit, isCorrect: true)
            try? await vectors.remove(vectorsOf: make.key(3))
            plan.disarm()
            try await check(cache, vectors, verdict ?? nil, position)
            await cache.close()
        } while plan.hasFired
        #expect(position > 30)
    }

    /// What is counted is what there is, whatever failed.
    private func check(
        _ cache: SQLiteCache, _ vectors: SQLiteVectors, _ verdict: SemanticVerdict?, _ position: Int
    ) async throws {
        let connection = try Connection(cache.path, SQLiteCache.options.reading)
        let count = try connection.number("SELECT count(*) FROM vector")
        #expect(try await vectors.vectorCount() == Int(count), "at \(position)")
        #expect(
            try connection.number("SELECT ifnull(sum(inserted - removed), 0) FROM vector_partition") == count,
            "at \(position)")
        let orphans = """
            SELECT count(*) FROM vector WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.key = vector.key)
            """
        #expect(try connection.number(orphans) == 0, "at \(position)")
        let counted = try connection.number("SELECT ifnull(sum(correct + wrong), 0) FROM evidence")
        #expect([0, 2].contains(counted), "at \(position)")
        if verdict != nil { #expect(counted == 2, "at \(position)") }
        try await put(9, cache, vectors)
        #expect(try await isFound(9, vectors), "at \(position)")
    }
}
