internal import PennyweightPipeline

/// The directory that holds the two files: the precious ledger and the disposable cache.
///
/// ```swift
/// let data = try DataDirectory("./pennyweight-data")
/// let ledger = try SQLiteLedger.open(at: data.ledgerPath, time: SystemTime())
/// ```
public struct DataDirectory: Sendable, Hashable {
    /// Where data lies unless told otherwise, below the working directory.
    public static let defaultPath = "./pennyweight-data"

    public let path: String

    /// Creates the directory with mode 0700, and its parents; one that exists is taken as it is.
    ///
    /// Throws a `Failure` `storage` if there is something else at the path, or it can't be created.
    public init(_ path: String = defaultPath) throws {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
        try Failure.reporting(as: .storage) {
            if PrivateFile.exists(path), !PrivateFile.isDirectory(path) {
                throw StorageProblem(.foreignFile, "'\(path)' is a file: name a directory for the data.")
            }
            try PrivateFile.prepareDirectory(path)
        }
    }

    /// The ledger's file. Beside it lie `ledger.sqlite-wal`, `ledger.sqlite-shm` and `ledger.lock`.
    public var ledgerPath: String { path + "/ledger.sqlite" }

    /// The cache's file. It may be deleted while nothing uses it.
    public var cachePath: String { path + "/cache.sqlite" }

    /// The directory of the images that stored answers refer to. It may be deleted at any time.
    public var mediaPath: String { cachePath + ".media" }

    /// The file of the secret that signs URLs of images. Without it the old URLs are worth nothing.
    public var mediaSecretPath: String { path + "/media.secret" }
}
