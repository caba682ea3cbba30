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

/// A number that all processes with the same file see change at once, at the cost of a load from memory.
///
/// `PRAGMA data_version` would tell as well, but has to look at the file, and changes with every write. What
/// the file holds outlives nothing: it may be deleted while no process uses it.
final class SharedCounter: @unchecked Sendable {
    // Unchecked: the pointer never changes, what it points at is atomic, and is unmapped only when nobody
    // refers to this object any more.

    private static let bytes = 4_096
    private let value: UnsafeMutablePointer<Atomic<UInt64>>

    /// Maps a file of mode 0600; creates it. Throws what the system says.
    init(_ path: String) throws {
        let descriptor = try PrivateFile.openForLocks(path)
        defer { close(descriptor) }
        // Written and not only made longer: a hole that the disk has no room for would end the process when
        // it is first changed.
        if lseek(descriptor, 0, SEEK_END) < off_t(SharedCounter.bytes) {
            let zeros = [UInt8](repeating: 0, count: SharedCounter.bytes)
            guard pwrite(descriptor, zeros, zeros.count, 0) == zeros.count else {
                throw PrivateFile.problem("write to", path)
            }
        }
        let start = mmap(nil, SharedCounter.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let start, start != MAP_FAILED else { throw PrivateFile.problem("map", path) }
        // 64 bits at the start of a page: aligned, and laid out as the number itself.
        value = start.bindMemory(to: Atomic<UInt64>.self, capacity: 1)
    }

    deinit {
        munmap(value, SharedCounter.bytes)
    }

    var current: UInt64 { value.pointee.load(ordering: .acquiring) }

    func increase() {
        value.pointee.add(1, ordering: .acquiringAndReleasing)
    }
}
