public import Logging
public import PennyweightPipeline
public import PennyweightTime
private import Synchronization

/// What the stage ``Cache`` needs to keep the images of answers, and to give them out again.
///
/// It fails open: what can't be fetched or written is not kept, the answer passes, and the log says why. A
/// store that can't be written is left alone for half a minute.
public final class MediaTier: Sendable {
    private struct State {
        var pausedUntil: MonotonicInstant?
        var isFailing = false
    }

    private let store: any MediaStore
    private let links: (any MediaLinks)?
    private let fetcher: MediaFetcher
    private let policy: MediaPolicy
    private let time: any TimeSource
    private let logger: Logger
    private let alarms: Alarms
    private let state = Mutex(State())

    /// Makes the tier of one provider. Images are fetched through `transport`; without `links`, callers get
    /// URLs of the provider only, while these are certain to work.
    public init(
        _ store: any MediaStore, links: (any MediaLinks)?, provider: BaseURL, transport: any Transport,
        policy: MediaPolicy = MediaPolicy(), resolver: any HostResolver = SystemHostResolver(),
        time: any TimeSource, logger: Logger
    ) {
        self.store = store
        self.links = links
        self.policy = policy
        self.time = time
        self.logger = logger
        fetcher = MediaFetcher(
            transport: transport, provider: provider, policy: policy, resolver: resolver)
        alarms = Alarms(time: time)
    }

    // MARK: Keeping

    /// Keeps the images of an answer. Throws ``MediaProblem``, and has told the log why.
    func keep(_ sources: [MediaSource], context: Context) async throws(MediaProblem) -> [StoredMedia] {
        do {
            try checkPause()
            let kept = try await bounded(context) { try await self.fetch(sources, context) }
            noteSuccess()
            return kept
        } catch {
            let problem = problem(of: error)
            note(problem, context)
            throw problem
        }
    }

    private func fetch(_ sources: [MediaSource], _ context: Context) async throws -> [StoredMedia] {
        try await withThrowingTaskGroup(of: (Int, StoredMedia).self) { group in
            for (index, source) in sources.enumerated() {
                group.addTask { (index, try await self.keep(source, context)) }
            }
            var kept: [Int: StoredMedia] = [:]
            for try await (index, media) in group { kept[index] = media }
            return sources.indices.compactMap { kept[$0] }
        }
    }

    private func keep(_ source: MediaSource, _ context: Context) async throws -> StoredMedia {
        switch source {
        case .base64(let text):
            guard let bytes = Base64.decode(text), !bytes.isEmpty else {
                throw MediaProblem(.unreadable, "The answer has an image that is no base64.")
            }
            return StoredMedia(try await store.put(bytes))
        case .url(let url):
            let reader = try await fetcher.image(at: url, context: context)
            let media = try await store.put(reader)
            return StoredMedia(media, source: policy.providerURLLifetime == nil ? nil : url)
        }
    }

    /// Images may take as long as the policy says, and never so long that the caller's own deadline passes.
    private func bounded<Value: Sendable>(
        _ context: Context, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let now = time.instant()
        let remaining = context.deadline.map { ($0 - now) / 2 } ?? policy.fetchLimit
        let limit = min(policy.fetchLimit, remaining)
        return try await alarms.bounded(
            until: now + limit, failure: Failure(.idleTimeout, "no image within \(limit)"), work: work)
    }

    // MARK: Giving out

    /// What stands for each image in an answer of a form: its URL, or the digits of base64. Throws
    /// ``MediaAbsence``, and what the store throws.
    func values(
        of media: [StoredMedia], as form: MediaForm, origin: String?, storedAt: Timestamp, upTo limit: Int
    ) async throws -> [[UInt8]] {
        var values: [[UInt8]] = []
        var size = 0
        for item in media {
            guard let found = try await store.find(item.media.digest) else { throw MediaAbsence.evicted }
            let value =
                form == .url
                ? try url(of: item, found, origin: origin, storedAt: storedAt)
                : try await text(of: item, upTo: limit)
            size += value.count
            guard size <= limit else { throw MediaAbsence.formless }
            values.append(value)
        }
        return values
    }

    private func text(of item: StoredMedia, upTo limit: Int) async throws -> [UInt8] {
        guard item.media.size <= limit else { throw MediaAbsence.formless }
        guard let bytes = try await store.bytes(of: item.media.digest, upTo: limit) else {
            throw MediaAbsence.evicted
        }
        return Base64.text(bytes)
    }

    private func url(
        of item: StoredMedia, _ media: Media, origin: String?, storedAt: Timestamp
    ) throws(MediaAbsence) -> [UInt8] {
        let now = time.now()
        if let url = links?.url(of: media, origin: origin, at: now) { return Array(url.utf8) }
        guard let source = item.source, let lifetime = policy.providerURLLifetime, now >= storedAt,
            now < storedAt + lifetime
        else { throw .formless }
        return Array(source.utf8)
    }

    // MARK: Trouble

    private func problem(of error: any Error) -> MediaProblem {
        switch error {
        case let problem as MediaProblem: problem
        case let failure as Failure where failure.code == .storage:
            MediaProblem(.notStored, failure.message)
        case let failure as Failure where failure.code == .bodyTooLarge:
            MediaProblem(.tooLarge, failure.message)
        case let failure as Failure: MediaProblem(.notFetched, failure.message)
        case is CancellationError: MediaProblem(.notFetched, "it was given up")
        default: MediaProblem(.notStored, "\(type(of: error))")
        }
    }

    private func checkPause() throws(MediaProblem) {
        let isPaused = state.withLock { state in state.pausedUntil.map { time.instant() < $0 } ?? false }
        if isPaused { throw MediaProblem(.notStored, MediaTier.pausing) }
    }

    private static let pausing = "The store of images is left alone since it failed."

    /// Says it once while the store fails, and every time that an image can't be had.
    private func note(_ problem: MediaProblem, _ context: Context) {
        var isNew = true
        if problem.detail == .notStored {
            let until = time.instant() + PausingCache.defaultPause
            isNew = state.withLock { state in
                guard !state.isFailing || state.pausedUntil.map({ time.instant() >= $0 }) ?? true else {
                    return false
                }
                defer { state = State(pausedUntil: until, isFailing: true) }
                return !state.isFailing
            }
        }
        if isNew {
            context.logger.warning(
                "The images of an answer are not kept; the answer was passed on.",
                metadata: ["reason": "\(problem.detail.rawValue)", "problem": "\(problem)"])
        }
    }

    private func noteSuccess() {
        let wasFailing = state.withLock { state in
            defer { state = State() }
            return state.isFailing
        }
        if wasFailing { logger.notice("Images are kept again: their store works.") }
    }
}
