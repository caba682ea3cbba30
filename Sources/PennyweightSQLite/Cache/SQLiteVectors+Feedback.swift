private import PennyweightLedger
public import PennyweightMiddleware
public import PennyweightTime

extension SQLiteVectors {
    public func evidence(
        for key: CacheKey, in partition: VectorPartition
    ) async throws -> (entry: SimilarityEvidence, partition: SimilarityEvidence) {
        try cache.reading { connection in
            let digest = partition.digest.digest
            return (
                try SQLiteVectors.evidence(digest, key.digest, on: connection),
                try SQLiteVectors.evidence(digest, [], on: connection)
            )
        }
    }

    private static func evidence(
        _ partition: [UInt8], _ subject: [UInt8], on connection: Connection
    ) throws -> SimilarityEvidence {
        var evidence = SimilarityEvidence()
        try connection.statement(CacheSchema.evidence).forEach([.of(partition), .of(subject)]) { row in
            let band = Int(try row.integer())
            evidence.bands[band] = SimilarityEvidence.Counts(
                right: Int(try row.integer()), wrong: Int(try row.integer()))
        }
        return evidence
    }

    public func note(_ hit: SemanticHit) {
        cache.enqueue { try SQLiteVectors.keep(hit, on: $0) }
    }

    public func judge(
        _ hit: SortableID, of entry: SortableID?, isCorrect: Bool, account: String
    ) async throws -> SemanticVerdict? {
        try await cache.write { connection in
            try SQLiteVectors.judge(hit, of: entry, isCorrect: isCorrect, account: account, on: connection)
        }
    }

    public func compare(_ hit: SemanticHit, isCorrect: Bool) async throws {
        try await cache.write { connection in
            try SQLiteVectors.keep(hit, on: connection)
            _ = try SQLiteVectors.judge(
                hit.id, of: nil, isCorrect: isCorrect, account: "", on: connection)
        }
    }

    private static func keep(_ hit: SemanticHit, on connection: Connection) throws {
        try connection.statement(CacheSchema.insertHit)
            .run(
                .of(hit.id), .of(hit.partition.digest.digest), .of(hit.entry),
                .of(hit.key.digest), .of(SimilarityEvidence.band(of: hit.similarity)), .of(hit.account),
                .of(hit.at))
        try connection.statement(CacheSchema.forgetHits).run(.of(feedbackLimit))
    }

    private struct Known {
        let partition: [UInt8]
        let entry: SortableID
        let key: [UInt8]
        let band: Int64
        let account: String
        let correct: Int64?
    }

    private static func judge(
        _ id: SortableID, of entry: SortableID?, isCorrect: Bool, account: String, on connection: Connection
    ) throws -> SemanticVerdict? {
        let found = try connection.statement(CacheSchema.hit).first(.of(id)) { row in
            Known(
                partition: try row.bytes(), entry: try row.id(), key: try row.bytes(),
                band: try row.integer(),
                account: try row.text(), correct: row.optionalInteger())
        }
        guard let found, entry ?? found.entry == found.entry,
            AccountPath.isCovered(found.account, by: account),
            let key = CacheKey(digest: found.key)
        else { return nil }
        if let correct = found.correct {
            return SemanticVerdict(key: key, isCorrect: correct == 1, isNew: false)
        }
        try connection.statement(CacheSchema.judgeHit).run(.of(isCorrect ? 1 : 0), .of(id))
        for subject in [found.key, []] {
            try count(isCorrect, found.partition, subject, found.band, on: connection)
        }
        return SemanticVerdict(key: key, isCorrect: isCorrect, isNew: true)
    }

    private static func count(
        _ isCorrect: Bool, _ partition: [UInt8], _ subject: [UInt8], _ band: Int64, on connection: Connection
    ) throws {
        let place: [SQLValue] = [.of(partition), .of(subject), .of(band)]
        try connection.statement(CacheSchema.addEvidence)
            .run(place + [.of(isCorrect ? 1 : 0), .of(isCorrect ? 0 : 1)])
        try connection.statement(CacheSchema.halveEvidence)
            .run(place + [.of(SimilarityEvidence.limit)])
        let count = try connection.statement(CacheSchema.evidenceCount).first { try $0.integer() } ?? 0
        if count > Int64(feedbackLimit) {
            try connection.statement(CacheSchema.forgetEvidence).run(.of(feedbackLimit / 10))
        }
    }
}
