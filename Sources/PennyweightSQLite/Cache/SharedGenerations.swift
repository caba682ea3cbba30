internal import PennyweightMiddleware
private import PennyweightTime
private import Synchronization

#if canImport(Darwin)
private import Darwin
#elseif canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#elseif canImport(Android)
private import Android
#endif

/// Numbers that all processes with the same file see change at once: one for each of some thousand groups of
/// keys.
///
/// Who changes the entry under a key writes another number at the key's place. Numbers are unique and not
/// counted up, so that two who write at the same time need no lock: whoever read a number before sees another
/// one after. `PRAGMA data_version` would tell as well, but changes with every write.
///
/// The file is read by a system call (half a microsecond) and not mapped: a map of a file that somebody cuts
/// short ends the process. What it holds outlives nothing: it may be cut, and deleted while no process uses
/// it.
final class SharedGenerations: Sendable {
    /// Keys that share a place are read from the file once more when one of them changes.
    static let count = 8_192
    private static let size = MemoryLayout<UInt64>.size

    private let path: String
    private let descriptor: Int32
    /// Grows with each read that fails: what can't be told is never the same as before.
    private let failures = Atomic<UInt64>(0)

    /// Opens a file of mode 0600; creates it. Throws what the system says.
    init(_ path: String) throws {
        self.path = path
        descriptor = try PrivateFile.openForLocks(path)
        // Written and not only made longer: a change must not need room on a disk that is full by then.
        let bytes = SharedGenerations.count * SharedGenerations.size
        guard lseek(descriptor, 0, SEEK_END) < off_t(bytes) else { return }
        do {
            try write([UInt64](repeating: 0, count: SharedGenerations.count), at: 0)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit {
        close(descriptor)
    }

    /// The number of a key. 0 where the file was cut.
    func generation(of key: CacheKey) -> UInt64 {
        var number: UInt64 = 0
        let read = pread(descriptor, &number, SharedGenerations.size, SharedGenerations.place(of: key))
        if read >= 0 { return read == SharedGenerations.size ? number : 0 }
        return ~failures.add(1, ordering: .relaxed).newValue
    }

    /// Notes that the entry under a key was replaced by one of this mark, or removed if there is none. Throws
    /// what the system says: others may serve the old one then.
    func change(_ key: CacheKey, to mark: UInt64? = nil) throws {
        try write([mark ?? SystemRandom().next()], at: SharedGenerations.place(of: key))
    }

    /// Notes that any entries were removed.
    func changeAll() throws {
        try write([UInt64](repeating: SystemRandom().next(), count: SharedGenerations.count), at: 0)
    }

    private static func place(of key: CacheKey) -> off_t {
        off_t(key.prefix % UInt64(count)) * off_t(size)
    }

    private func write(_ numbers: [UInt64], at place: off_t) throws {
        let length = numbers.count * SharedGenerations.size
        guard pwrite(descriptor, numbers, length, place) == length else {
            throw PrivateFile.problem("write to", path)
        }
    }
}
