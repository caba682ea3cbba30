public import PennyweightMiddleware
public import PennyweightPipeline
public import PennyweightTime
private import Synchronization

/// Images in a directory, a file each under its SHA-256, bounded in bytes: what was not used for longest goes
/// first.
///
/// Processes may share the directory, and it may be deleted at any time. Files have mode 0600 and appear
/// whole: they are written beside their place and moved there. What a power cut, or anyone, has changed of
/// one is not what its name says: it is removed, and as good as not there. Each process looks at all bytes of
/// a file before it gives it out for the first time, and again if the file was changed.
///
/// When a file was used last is its access time. The bound is kept by looking at the whole directory each
/// time that a sixteenth of it was written by this process, so several processes may be over it by as much
/// each. Work on files runs on the calling thread, a chunk at a time.
public final class FileMedia: MediaStore {
    /// A gibibyte: some thousand images.
    public static let defaultLimitBytes: Int64 = 1 << 30

    private struct State {
        /// How many bytes this process has written since it last looked at all files; nil if it never has.
        var written: Int64?
        var isSweeping = false
        /// What was looked at as a whole, and is what its name says.
        var proven: [MediaDigest: OpenMedia.Identity] = [:]
    }

    /// The directory.
    public let path: String
    /// The most bytes that all files together may have.
    public let limitBytes: Int64
    private let time: any TimeSource
    private let probe: MediaProbe?
    private let state = Mutex(State())

    /// Opens a store; creates the directory with mode 0700 if there is none. Throws a `Failure` `storage` if
    /// it can't.
    public convenience init(
        at path: String, limitBytes: Int64 = FileMedia.defaultLimitBytes, time: any TimeSource
    ) throws {
        try self.init(at: path, limitBytes: limitBytes, time: time, probe: nil)
    }

    init(at path: String, limitBytes: Int64, time: any TimeSource, probe: MediaProbe?) throws {
        self.path = path
        self.limitBytes = limitBytes
        self.time = time
        self.probe = probe
        try Failure.reporting(as: .storage) { try PrivateFile.prepareDirectory(path) }
    }

    public func put(_ content: any BodyReader) async throws -> Media {
        let file = try Failure.reporting(as: .storage) { try NewMediaFile(in: path, probe: probe) }
        while let chunk = try await content.read() {
            guard file.intake.size + Int64(chunk.count) <= limitBytes else {
                content.cancel()
                throw Failure(
                    .bodyTooLarge, "The content has more than the \(limitBytes) bytes of the whole store.")
            }
            do {
                try Failure.reporting(as: .storage) { try file.write(chunk) }
            } catch {
                content.cancel()
                throw error
            }
        }
        let media = try Failure.reporting(as: .storage) { try file.place(in: path, at: time.now()) }
        makeRoom(after: media)
        return media
    }

    public func find(_ digest: MediaDigest) async throws -> Media? {
        try opened(digest)?.media
    }

    public func content(of digest: MediaDigest, in range: Range<Int64>?) async throws -> Body? {
        guard let (file, media) = try opened(digest) else { return nil }
        let range = (range ?? 0..<media.size).clamped(to: 0..<media.size)
        return Body(once: OpenMediaReader(file, range), length: range.count)
    }

    public func remove(_ digest: MediaDigest) async throws {
        PrivateFile.remove(MediaPath.file(of: digest, in: path))
        state.withLock { $0.proven[digest] = nil }
    }

    public func removeAll() async throws {
        for file in MediaPath.files(in: path) { PrivateFile.remove(file.path) }
        state.withLock { $0 = State(isSweeping: $0.isSweeping) }
    }

    /// Counts the files. Looks at all of them.
    public func statistics() async throws -> CacheStatistics.Tier {
        let sizes = MediaPath.files(in: path).compactMap { MediaFileStatus($0.path)?.size }
        return CacheStatistics.Tier(
            name: "media", entries: sizes.count, bytes: Int(sizes.reduce(0, +)),
            limitBytes: Int(clamping: limitBytes))
    }

    /// The file of a digest if it is what the digest says, as used just now. One that isn't is removed.
    private func opened(_ digest: MediaDigest) throws -> (file: OpenMedia, media: Media)? {
        let path = MediaPath.file(of: digest, in: path)
        let file = try Failure.reporting(as: .storage) {
            try probe?(.open)
            return try OpenMedia(path)
        }
        guard let file else { return nil }
        let media = try Failure.reporting(as: .storage) { try proven(file, digest) }
        guard media.digest == digest else {
            PrivateFile.remove(path)
            return nil
        }
        file.touch(at: time.now())
        return (file, media)
    }

    /// What a file is, by all of its bytes unless these were looked at before.
    private func proven(_ file: OpenMedia, _ digest: MediaDigest) throws -> Media {
        if state.withLock({ $0.proven[digest] }) == file.identity {
            let head = try file.read(at: 0, count: MediaType.headLength)
            return Media(digest: digest, size: file.size, type: MediaType(beginningWith: head))
        }
        let media = try file.media()
        if media.digest == digest {
            state.withLock { state in
                if state.proven.count >= FileMedia.provenLimit { state.proven = [:] }
                state.proven[digest] = file.identity
            }
        }
        return media
    }

    private static let provenLimit = 65_536
}

extension FileMedia {
    /// Looks at all files if it is time to, and removes those that were not used for longest until there is
    /// room again: a sixteenth of the bound, so that it isn't needed again at once.
    private func makeRoom(after media: Media) {
        let isDue = state.withLock { state in
            let written = state.written.map { $0 + media.size }
            state.written = written
            guard !state.isSweeping, (written ?? .max) > limitBytes / 16 else { return false }
            state.isSweeping = true
            return true
        }
        guard isDue else { return }
        sweep(sparing: media.digest)
        state.withLock { state in
            state.isSweeping = false
            state.written = 0
        }
    }

    private func sweep(sparing newest: MediaDigest) {
        removeLeftovers()
        var files = MediaPath.files(in: path).compactMap { file in
            MediaFileStatus(file.path).map { (digest: file.digest, path: file.path, status: $0) }
        }
        var total = files.reduce(Int64(0)) { $0 + $1.status.size }
        guard total > limitBytes - limitBytes / 16 else { return }
        files.sort { ($0.status.used, $0.path) < ($1.status.used, $1.path) }
        for file in files where file.digest != newest {
            guard total > limitBytes - limitBytes / 16 else { return }
            PrivateFile.remove(file.path)
            total -= file.status.size
        }
    }

    /// What a process left behind that ended while it wrote.
    private func removeLeftovers() {
        let now = time.now()
        for name in MediaFileStatus.names(in: path) where name.hasPrefix(NewMediaFile.prefix) {
            let file = "\(path)/\(name)"
            guard let status = MediaFileStatus(file), now - status.used > .seconds(3_600) else { continue }
            PrivateFile.remove(file)
        }
    }
}
