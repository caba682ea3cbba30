internal import PennyweightPipeline
public import PennyweightTime

#if canImport(Darwin)
private import Darwin
#elseif canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#elseif canImport(Android)
private import Android
#endif

/// Bytes that nobody can guess, in a file of mode 0600: made once, and the same for every process that uses
/// it.
public enum SecretFile {
    /// Reads the file, or makes it with `count` random bytes. The random source must be one for secrets, as
    /// the system's is.
    ///
    /// Throws a `Failure` `storage` if it can't be read or made, or has another length.
    public static func bytes(at path: String, count: Int, random: any RandomSource) throws -> [UInt8] {
        try Failure.reporting(as: .storage) {
            if !PrivateFile.exists(path) { try make(path, count, random) }
            return try read(path, count)
        }
    }

    /// Whoever comes first makes it; the others take what is there.
    private static func make(_ path: String, _ count: Int, _ random: any RandomSource) throws {
        var template = Array("\(path)-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw PrivateFile.problem("create", path) }
        let new = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { PrivateFile.remove(new) }
        let secret = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() >> 32) }
        let written = secret.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        guard written == count else { throw PrivateFile.problem("write", path) }
        do {
            try PrivateFile.place(new, at: path, replacing: false)
        } catch {
            guard PrivateFile.exists(path) else { throw error }
        }
    }

    private static func read(_ path: String, _ count: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw PrivateFile.problem("open", path) }
        defer { close(descriptor) }
        fchmod(descriptor, 0o600)
        let secret = [UInt8](unsafeUninitializedCapacity: count + 1) { buffer, initialized in
            initialized = max(0, pread(descriptor, buffer.baseAddress, count + 1, 0))
        }
        guard secret.count == count else {
            throw StorageProblem(
                .foreignFile,
                "'\(path)' does not hold a secret of \(count) bytes: move it away, and a new one is made."
            )
        }
        return secret
    }
}
