private import Foundation
internal import PennyweightPipeline
internal import PennyweightSQLite
internal import PennyweightTime

/// The cache of a data directory, for commands that run beside a gateway.
enum CacheFile {
    /// The images that its answers refer to; nil if there are none.
    static func media(in directory: String) throws -> FileMedia? {
        let path = directory + "/cache.sqlite.media"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try FileMedia(at: path, limitBytes: .max, time: SystemTime())
    }

    /// Opens it, without a bound: only a gateway makes room. Throws a `Failure` if there is none, unless it
    /// may be created, or if it can't be read: it is then left where it is.
    static func open(in directory: String, creating: Bool = false) throws -> SQLiteCache {
        var path = directory + "/cache.sqlite"
        if creating {
            path = try DataDirectory(directory).cachePath
        } else if !FileManager.default.fileExists(atPath: path) {
            throw Failure(
                .storage,
                "There is no cache in '\(directory)'. 'pennyweight serve' makes one; --data names its "
                    + "directory.")
        }
        return try SQLiteCache.open(at: path, limitBytes: .max, time: SystemTime(), replacesDamaged: false)
    }
}
