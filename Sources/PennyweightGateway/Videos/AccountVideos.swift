private import HTTPTypes
internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightPipeline

/// The video jobs of one account and of those below it, as far as the ledger has noted them.
///
/// Callers share the provider's key, so the provider would show each the videos of all. What belongs to
/// another account doesn't exist here.
struct AccountVideos: Sendable {
    /// How many requests to the provider one page makes at once.
    static let fetchesAtOnce = 8
    /// The most jobs that one page looks at: those that the provider has no more are passed over.
    static let reach = 200

    let jobs: any JobLog
    let provider: String
    /// Never empty.
    let account: String

    /// One of OpenAI's lists: whose videos the provider has just now, in the order of the ledger.
    ///
    /// `fetch` gets a video as the provider shows it; nil if the provider has it no more. Throws a
    /// ``Refusal`` if the page shall begin after another account's video, and what `fetch` throws.
    func list(
        _ page: VideoPage, fetch: @escaping @Sendable (String) async throws -> JSONValue?
    ) async throws -> JSONValue {
        if let after = page.after { try await check(after) }
        var query = JobQuery(provider: provider)
        query.account = account
        query.isOldestFirst = page.isOldestFirst
        query.after = page.after
        var found: [JSONValue] = []
        var looked = 0
        while true {
            try Task.checkCancellation()
            let wanted = page.limit - found.count
            query.limit = wanted + 1
            let records = try await jobs.jobs(query)
            let ids = records.prefix(wanted).map(\.job.id)
            found += try await AccountVideos.fetched(ids, fetch)
            looked += ids.count
            query.after = ids.last ?? query.after
            let hasMore = records.count > wanted
            guard hasMore, found.count < page.limit, looked < AccountVideos.reach else {
                return AccountVideos.json(found, hasMore: hasMore, edge: query.after)
            }
        }
    }

    /// Throws a ``Refusal`` with status 404 unless the job is the account's.
    func check(_ id: String) async throws {
        let record = try await jobs.job(ProviderJob(provider: provider, id: id))
        guard let record, AccountPath.isCovered(record.hold.subject.account, by: account) else {
            throw Refusal(.notFound, "not_found", "Video with id '\(id.prefix(512))' not found.", param: "id")
        }
    }

    /// What is fetched of some videos, in their order, without those that are gone.
    private static func fetched(
        _ ids: [String], _ fetch: @escaping @Sendable (String) async throws -> JSONValue?
    ) async throws -> [JSONValue] {
        var videos = [JSONValue?](repeating: nil, count: ids.count)
        try await withThrowingTaskGroup(of: (Int, JSONValue?).self) { group in
            var next = 0
            func start() {
                guard next < ids.count else { return }
                let index = next
                next += 1
                group.addTask { (index, try await fetch(ids[index])) }
            }
            for _ in 0..<fetchesAtOnce { start() }
            while let (index, video) = try await group.next() {
                videos[index] = video
                start()
            }
        }
        return videos.compactMap(\.self)
    }

    private static func json(_ videos: [JSONValue], hasMore: Bool, edge: String?) -> JSONValue {
        let first = videos.first?["id"] ?? .null
        // A page that found nothing tells where to go on.
        let last = videos.last?["id"] ?? (hasMore ? .of(edge) : .null)
        return .object([
            .init("object", .text("list")), .init("data", .array(videos)), .init("first_id", first),
            .init("last_id", last), .init("has_more", .bool(hasMore)),
        ])
    }
}
