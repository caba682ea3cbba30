internal import PennyweightMiddleware
internal import PennyweightTime

#if canImport(Darwin)
private import Darwin
#elseif canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#elseif canImport(Android)
private import Android
#endif

/// What a test can make fail.
enum MediaOperation: String, Sendable, CaseIterable {
    case create, write, place, open
}

/// Called before each operation; what it throws is that operation's problem.
typealias MediaProbe = @Sendable (MediaOperation) throws -> Void

/// A file that is being written, of mode 0600: removed when it is dropped, unless it was placed.
///
/// Nothing is forced to the disk: after a power cut a file may be there with other bytes, and is found out by
/// its digest.
final class NewMediaFile {
    static let prefix = "new-"

    private let path: String
    private let descriptor: Int32
    private let probe: MediaProbe?
    private var isPlaced = false
    private(set) var intake = MediaIntake()

    /// Creates a file in a directory, and the directory.
    init(in directory: String, probe: MediaProbe?) throws {
        self.probe = probe
        try probe?(.create)
        try PrivateFile.prepareDirectory(directory)
        var template = Array("\(directory)/\(NewMediaFile.prefix)XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard descriptor >= 0 else { throw PrivateFile.problem("create a file in", directory) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if !isPlaced, descriptor >= 0 { unlink(path) }
    }

    func write(_ chunk: [UInt8]) throws {
        try probe?(.write)
        var position = 0
        while position < chunk.count {
            let count = chunk[position...].withUnsafeBytes { bytes in
                systemWrite(descriptor, bytes.baseAddress, bytes.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw PrivateFile.problem("write", path) }
            position += count
        }
        intake.consume(chunk)
    }

    /// Gives the file its name, in place of what has it, as used just now.
    func place(in directory: String, at time: Timestamp) throws -> Media {
        try probe?(.place)
        let media = intake.media
        let target = MediaPath.file(of: media.digest, in: directory)
        try PrivateFile.prepareDirectory(MediaPath.folder(of: media.digest, in: directory))
        var times = [MediaFileStatus.moment(time), MediaFileStatus.moment(time)]
        _ = futimens(descriptor, &times)
        try PrivateFile.move(path, to: target)
        isPlaced = true
        return media
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
