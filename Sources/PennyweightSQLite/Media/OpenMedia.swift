internal import PennyweightMiddleware
internal import PennyweightPipeline
internal import PennyweightTime
private import Synchronization

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Android)
internal import Android
#endif

/// A file of the store that is open for reading: closed when nobody refers to it any more. Others may remove
/// or replace what lies at its path; this one stays readable.
final class OpenMedia: Sendable {
    /// Tells a file from another at the same path, and from itself with other bytes.
    struct Identity: Sendable, Hashable {
        let device: UInt64
        let number: UInt64
        let size: Int64
        let changedSeconds: Int64
        let changedNanoseconds: Int64
    }

    private let descriptor: Int32
    let identity: Identity

    /// Opens a file; nil if there is none, or none that is a file.
    init?(_ path: String) throws {
        let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW
        var descriptor = open(path, flags | OpenMedia.keepsUse)
        // Only a file's owner may read it without that being noted.
        if descriptor < 0, errno == EPERM { descriptor = open(path, flags) }
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR || errno == ELOOP { return nil }
            throw PrivateFile.problem("open", path)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
        identity = Identity(status)
    }

    deinit {
        close(descriptor)
    }

    var size: Int64 { identity.size }

    /// Notes that it was used. Best effort.
    func touch(at time: Timestamp) {
        var times = [MediaFileStatus.moment(time), timespec(tv_sec: 0, tv_nsec: OpenMedia.omitted)]
        _ = futimens(descriptor, &times)
    }

    /// The bytes at a place, at most so many; empty at the end.
    func read(at offset: Int64, count: Int) throws -> [UInt8] {
        var failure: StorageProblem?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            var read = -1
            repeat {
                read = pread(descriptor, buffer.baseAddress, count, off_t(offset))
            } while read < 0 && errno == EINTR
            if read < 0 { failure = PrivateFile.problem("read", "an image") }
            initialized = max(0, read)
        }
        if let failure { throw failure }
        return bytes
    }

    /// What it is, told by all of its bytes.
    func media() throws -> Media {
        var intake = MediaIntake()
        while case let chunk = try read(at: intake.size, count: OpenMedia.chunkBytes), !chunk.isEmpty {
            intake.consume(chunk)
        }
        return intake.media
    }

    static let chunkBytes = 256 << 10

    #if os(Linux) || os(Android)
    /// Reading doesn't count as a use by itself (`O_NOATIME`).
    private static let keepsUse: Int32 = 0o1_000_000
    /// `UTIME_OMIT`: the file's contents have not changed.
    private static let omitted = (1 << 30) - 2
    #else
    private static let keepsUse: Int32 = 0
    private static let omitted = -2
    #endif
}

extension OpenMedia.Identity {
    fileprivate init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(truncatingIfNeeded: status.st_ino)
        size = Int64(status.st_size)
        #if canImport(Darwin)
        let changed = status.st_mtimespec
        #else
        let changed = status.st_mtim
        #endif
        changedSeconds = Int64(changed.tv_sec)
        changedNanoseconds = Int64(changed.tv_nsec)
    }
}

/// Reads a range of an open file.
final class OpenMediaReader: BodyReader {
    private let file: OpenMedia
    private let end: Int64
    private let position: Mutex<Int64>

    init(_ file: OpenMedia, _ range: Range<Int64>) {
        self.file = file
        end = range.upperBound
        position = Mutex(range.lowerBound)
    }

    func read() async throws -> [UInt8]? {
        try Task.checkCancellation()
        return try position.withLock { position in
            guard position < end else { return nil }
            let count = Int(min(Int64(OpenMedia.chunkBytes), end - position))
            let chunk = try Failure.reporting(as: .storage) { try file.read(at: position, count: count) }
            guard !chunk.isEmpty else {
                throw Failure(.storage, "An image that is stored has become shorter while it was read.")
            }
            position += Int64(chunk.count)
            return chunk
        }
    }

    func cancel() { position.withLock { $0 = end } }
}
