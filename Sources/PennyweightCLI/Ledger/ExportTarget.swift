internal import PennyweightPipeline

#if canImport(Darwin)
private import Darwin
#elseif canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#endif

/// Where an export goes: standard output, or a file of mode 0600 that a later run can go on with.
final class ExportTarget {
    private let descriptor: Int32
    private let path: String?
    private let format: ExportFormat
    private var isBegun = false
    /// The number in the last complete row of a file that is gone on with; nil if it has none.
    let lastNumber: Int64?
    private var written: Int64 = 0

    /// The most bytes of a file's end that are looked through for its last row.
    static let tailBytes = 16 << 20

    /// Opens the file; nil for standard output. Throws a `Failure` `storage` if it exists and isn't gone on
    /// with, or isn't an export of this format.
    init(_ path: String?, format: ExportFormat, resumes: Bool) throws {
        self.path = path
        self.format = format
        guard let path else {
            descriptor = STDOUT_FILENO
            lastNumber = nil
            return
        }
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | (resumes ? 0 : O_EXCL)
        descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST {
                throw Failure(
                    .storage, "'\(path)' exists: name another file, or go on with it by --resume.")
            }
            throw ExportTarget.failure("open", path)
        }
        do {
            let tail = try ExportTail(descriptor, path: path, format: format)
            lastNumber = tail.lastNumber
            isBegun = tail.hasHeader
            written = tail.lastNumber ?? 0
            guard ftruncate(descriptor, off_t(tail.end)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
                throw ExportTarget.failure("cut the torn last row of", path)
            }
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit {
        if path != nil { close(descriptor) }
    }

    /// Writes what stands before the first row, if it isn't there.
    func begin() throws {
        if !isBegun { try write(format.header, upTo: written) }
        isBegun = true
    }

    /// Writes rows; `number` is that of the last one.
    func write(_ text: String, upTo number: Int64) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { writeBytes($0) }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure()
            }
            rest = rest.dropFirst(count)
        }
        written = number
    }

    /// Waits until all is on the disk.
    func finish() throws {
        guard path != nil else { return }
        guard fsync(descriptor) == 0 else { throw failure() }
    }

    private func writeBytes(_ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Darwin)
        Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Glibc)
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #else
        Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }

    private func failure() -> Failure {
        let code = errno
        let reason = String(cString: strerror(code))
        guard let path else { return Failure(.storage, "Standard output can't be written: \(reason).") }
        let advice =
            code == ENOSPC || code == EDQUOT || code == EFBIG
            ? "The disk is full: free space, and go on with --resume." : "Go on with --resume."
        return Failure(
            .storage, "'\(path)' can't be written after line \(written): \(reason). \(advice)")
    }

    static func failure(_ doing: String, _ path: String) -> Failure {
        Failure(.storage, "Can't \(doing) '\(path)': \(String(cString: strerror(errno))).")
    }
}

/// The end of an export that broke off: where its last complete row ends, and that row's number.
struct ExportTail {
    let end: Int
    let hasHeader: Bool
    let lastNumber: Int64?

    init(_ descriptor: Int32, path: String, format: ExportFormat) throws {
        let size = Int(lseek(descriptor, 0, SEEK_END))
        let header = Array(format.header.utf8)
        let start = ExportTail.read(descriptor, from: 0, count: min(size, header.count))
        guard start.elementsEqual(header.prefix(start.count)) else {
            throw Failure(
                .storage, "'\(path)' is no export of the format '\(format.rawValue)': name another file.")
        }
        guard size > header.count else {
            // Not even the header is complete, or nothing follows it.
            hasHeader = size == header.count && size > 0
            end = hasHeader ? size : 0
            lastNumber = nil
            return
        }
        let from = max(header.count, size - ExportTarget.tailBytes)
        let tail = ExportTail.read(descriptor, from: from, count: size - from)
        let newline = UInt8(ascii: "\n")
        hasHeader = true
        guard let last = tail.lastIndex(of: newline) else {
            guard from == header.count else {
                throw Failure(.storage, "'\(path)' ends with no row: name another file.")
            }
            end = header.count
            lastNumber = nil
            return
        }
        end = from + last + 1
        let before = tail[..<last].lastIndex(of: newline).map { $0 + 1 } ?? 0
        guard let number = format.number(inRow: String(decoding: tail[before..<last], as: UTF8.self)) else {
            throw Failure(
                .storage, "'\(path)' is no export of the format '\(format.rawValue)': name another file.")
        }
        lastNumber = number
    }

    private static func read(_ descriptor: Int32, from start: Int, count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + done }, count - done, off_t(start + done))
            }
            if got <= 0 { break }
            done += got
        }
        return Array(bytes.prefix(done))
    }
}
