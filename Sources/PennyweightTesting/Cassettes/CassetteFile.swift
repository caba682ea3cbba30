private import FoundationEssentials
internal import PennyweightPipeline

/// The file of a recording.
struct CassetteFile {
    private let path: String

    init(_ path: String) {
        self.path = path
    }

    /// Its text; nil if there is no such file.
    func read() throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path),
            let text = String(validating: Array(data), as: UTF8.self)
        else { throw Failure(.storage, "The recording '\(path)' can't be read as UTF-8 text.") }
        return text
    }

    /// Writes beside the file and renames, so that it is never half written; makes its directory.
    func write(_ text: String) throws {
        do {
            let url = URL(fileURLWithPath: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url, options: .atomic)
        } catch {
            throw Failure(.storage, "The recording '\(path)' can't be written: \(error).")
        }
    }
}
