import Foundation
import Synchronization

/// A directory of one test, removed when it is dropped.
final class TemporaryDirectory: Sendable {
    let path: String
    private let count = Mutex(0)

    init() throws {
        var template = Array((NSTemporaryDirectory() + "/pennyweight-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String = "ledger.sqlite") -> String { path + "/" + name }

    /// A path that nothing has used yet.
    func newFile() -> String {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return file("file\(number).sqlite")
    }

    func mode(of path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? Int) ?? 0
    }
}

enum FileSize {
    static func of(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    }
}
