private import Foundation
internal import PennyweightPipeline

/// A file of lines, read and written a line at a time, however large it is.
struct LineFile {
    /// The longest line: an answer of 64 MB, twice for its escapes.
    static let lineLimit = 128 << 20
    private static let chunkBytes = 1 << 20

    let path: String

    /// Hands over each complete line without its end, with its number from 1 and the offset of what follows
    /// it. Returns true if an incomplete line stands at the end.
    @discardableResult
    func forEachLine(_ work: (_ line: [UInt8], _ number: Int, _ end: Int) async throws -> Void) async throws
        -> Bool
    {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw Failure(.storage, "'\(path)' can't be read: check its name, and who may read it.")
        }
        defer { try? file.close() }
        var rest: [UInt8] = []
        var (number, offset) = (0, 0)
        while let chunk = try file.read(upToCount: LineFile.chunkBytes), !chunk.isEmpty {
            // Only what is new can hold the end of the line that has begun.
            var searched = rest.count
            var start = 0
            rest += chunk
            while let end = rest[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                try Task.checkCancellation()
                number += 1
                offset += end + 1 - start
                try await work(Array(rest[start..<end]), number, offset)
                (start, searched) = (end + 1, end + 1)
            }
            rest.removeFirst(start)
            guard rest.count <= LineFile.lineLimit else {
                throw Failure(.storage, "Line \(number + 1) of '\(path)' is too long: this is no export.")
            }
        }
        return !rest.isEmpty
    }

    /// Opens the file for writing at an offset and cuts what follows; creates it with mode 0600 if it isn't
    /// there.
    func writer(at offset: Int) throws -> LineWriter {
        if !FileManager.default.fileExists(atPath: path) {
            let attributes = [FileAttributeKey.posixPermissions: 0o600]
            // What fails here shows when it is opened.
            _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: attributes)
        }
        guard let file = FileHandle(forUpdatingAtPath: path) else {
            throw Failure(
                .storage, "'\(path)' can't be written: check its directory, and who may write there.")
        }
        do {
            try file.truncate(atOffset: UInt64(offset))
            try file.seek(toOffset: UInt64(offset))
        } catch {
            throw LineWriter.failure(path, error)
        }
        return LineWriter(file, path: path)
    }
}

/// Where lines go: a file, or standard output.
struct LineWriter {
    private let file: FileHandle
    private let path: String?

    fileprivate init(_ file: FileHandle, path: String?) {
        self.file = file
        self.path = path
    }

    static var standardOutput: LineWriter { LineWriter(.standardOutput, path: nil) }

    func write(_ text: String) throws {
        do { try file.write(contentsOf: Data(text.utf8)) } catch { throw LineWriter.failure(path, error) }
    }

    /// Waits until all is on the disk.
    func finish() throws {
        guard let path else { return }
        do { try file.synchronize() } catch { throw LineWriter.failure(path, error) }
    }

    fileprivate static func failure(_ path: String?, _ error: any Error) -> Failure {
        let name = path.map { "'\($0)'" } ?? "Standard output"
        return Failure(
            .storage,
            "\(name) can't be written: \(error.localizedDescription) Free space, and go on with --resume.")
    }
}
