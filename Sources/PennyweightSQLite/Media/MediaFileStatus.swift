internal import PennyweightTime

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Android)
internal import Android
#endif

/// What the system knows of a file of the store.
struct MediaFileStatus: Sendable {
    let size: Int64
    let used: Timestamp

    /// Nil if there is no file at the path.
    init?(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        size = Int64(status.st_size)
        used = MediaFileStatus.used(status)
    }

    /// When a file was used last: its access time, which the store sets itself.
    static func used(_ status: stat) -> Timestamp {
        #if canImport(Darwin)
        let used = status.st_atimespec
        #else
        let used = status.st_atim
        #endif
        return Timestamp(seconds: Int64(used.tv_sec)) + .nanoseconds(Int64(used.tv_nsec))
    }

    static func moment(_ time: Timestamp) -> timespec {
        let seconds = time.seconds
        return timespec(
            tv_sec: numericCast(seconds), tv_nsec: numericCast(time.nanoseconds - seconds * 1_000_000_000))
    }

    /// The names in a directory, without `.` and `..`; empty if it can't be read.
    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let item = readdir(stream) {
            let name = withUnsafePointer(to: &item.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
