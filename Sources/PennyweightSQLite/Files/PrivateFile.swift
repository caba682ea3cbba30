#if canImport(Darwin)
private import Darwin
#elseif canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#elseif canImport(Android)
private import Android
#endif

/// Files and directories that only their owner may read, whatever the umask says.
enum PrivateFile {
    /// Creates an empty file of mode 0600, or gives an existing one that mode.
    ///
    /// An existing file is not opened: closing it again would drop the locks that SQLite holds on it in this
    /// process (POSIX locks belong to the process, not to the descriptor).
    static func prepare(_ path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) }
        guard descriptor >= 0 || errno == EEXIST else { throw problem("create", path) }
        if isDirectory(path) {
            throw StorageProblem(.system(EISDIR), "'\(path)' is a directory: name a file in it.")
        }
        guard chmod(path, 0o600) == 0 else { throw problem("set the mode of", path) }
    }

    /// Opens a file of mode 0600 for reading and writing; creates it. Returns the descriptor.
    static func openForLocks(_ path: String) throws -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw problem("open", path) }
        fchmod(descriptor, 0o600)
        return descriptor
    }

    /// Creates a directory of mode 0700 with its parents; one that exists is left as it is.
    static func prepareDirectory(_ path: String) throws {
        if isDirectory(path) { return }
        let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        if !parent.isEmpty, parent != path, !isDirectory(parent) { try prepareDirectory(parent) }
        if mkdir(path, 0o700) == 0 {
            guard chmod(path, 0o700) == 0 else { throw problem("set the mode of", path) }
        } else if !isDirectory(path) {
            throw problem("create the directory", path)
        }
    }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Moves a file, replacing what is there.
    static func move(_ path: String, to target: String) throws {
        guard rename(path, target) == 0 else { throw problem("move", path) }
    }

    /// Removes a file, if it is there.
    static func remove(_ path: String) {
        unlink(path)
    }

    static func problem(_ doing: String, _ path: String) -> StorageProblem {
        let code = errno
        let reason = String(cString: strerror(code))
        let advice =
            code == ENOSPC
            ? "The disk is full: free space." : "Check the path, and that this user may write there."
        return StorageProblem(.system(code), "Can't \(doing) '\(path)': \(reason). \(advice)")
    }
}
