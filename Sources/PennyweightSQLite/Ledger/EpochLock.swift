#if canImport(Darwin)
private import Darwin
#elseif canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#elseif canImport(Android)
private import Android
#endif

/// Tells living from dead openings of a ledger: each keeps one byte of a file beside it locked, as long as it
/// lives.
///
/// The locks are of the open file description (`F_OFD_SETLK`, fcntl(2)): the system frees them when the
/// process ends, however it ends, and two openings in one process exclude each other like two processes do.
final class EpochLock: Sendable {
    #if canImport(Darwin)
    private static let set: Int32 = 90
    private static let get: Int32 = 92
    #else
    private static let set: Int32 = 37
    private static let get: Int32 = 36
    #endif

    private let descriptor: Int32
    private let path: String

    init(_ path: String) throws {
        self.path = path
        descriptor = try PrivateFile.openForLocks(path)
    }

    deinit {
        close(descriptor)
    }

    /// Locks this opening's own byte until it is released or this object is dropped.
    ///
    /// Numbers are never given twice, so another holder counts in a ledger that is gone from this path.
    func hold(_ epoch: Int64) throws {
        var range = EpochLock.range(epoch)
        guard fcntl(descriptor, EpochLock.set, &range) == 0 else {
            let code = errno
            guard code == EAGAIN || code == EACCES else {
                throw PrivateFile.problem("lock byte \(epoch) of", path)
            }
            throw StorageProblem(
                .system(code),
                "Another process still uses this ledger: it holds byte \(epoch) of '\(path)' locked, perhaps "
                    + "since the ledger was deleted or replaced under it. Wait for or end that process, then "
                    + "start again.")
        }
    }

    /// Gives this opening's byte back: from now on it counts as dead.
    func release(_ epoch: Int64) {
        var range = EpochLock.range(epoch)
        range.l_type = .init(F_UNLCK)
        _ = fcntl(descriptor, EpochLock.set, &range)
    }

    /// True if some opening other than this one holds the byte. When that can't be told, it counts as alive.
    func isAlive(_ epoch: Int64) -> Bool {
        var range = EpochLock.range(epoch)
        guard fcntl(descriptor, EpochLock.get, &range) == 0 else { return true }
        return Int32(range.l_type) != Int32(F_UNLCK)
    }

    private static func range(_ epoch: Int64) -> flock {
        var range = flock()
        range.l_type = .init(F_WRLCK)
        range.l_whence = .init(SEEK_SET)
        range.l_start = .init(epoch)
        range.l_len = 1
        return range
    }
}
