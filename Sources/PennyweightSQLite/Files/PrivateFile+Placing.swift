#if canImport(Darwin)
private import Darwin
#elseif canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#elseif canImport(Android)
private import Android
#endif

/// Putting a finished file where it belongs, so that a crash leaves either the old state or the new one.
extension PrivateFile {
    /// Gives a file its final name, on the disk when this returns.
    ///
    /// Without `replacing`, throws if something lies there already, also if it came a moment ago.
    static func place(_ path: String, at target: String, replacing: Bool) throws {
        try synchronize(path)
        if replacing {
            try move(path, to: target)
        } else {
            guard link(path, target) == 0 else { throw problem("name", target) }
            remove(path)
        }
        let directory = target.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        try synchronize(directory.isEmpty ? (target.hasPrefix("/") ? "/" : ".") : directory)
    }

    /// Waits until a file, or a directory's names, are on the disk.
    private static func synchronize(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw problem("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw problem("write to the disk", path) }
    }

    /// The bytes of a file; nil if it can't be told.
    static func size(_ path: String) -> Int64? {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : nil
    }
}
