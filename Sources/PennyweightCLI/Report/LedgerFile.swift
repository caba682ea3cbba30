private import Foundation
internal import PennyweightPipeline
internal import PennyweightSQLite
internal import PennyweightTime

/// The ledger of a data directory, for the commands that only read it.
enum LedgerFile {
    /// Opens it. Throws a `Failure` that says which file is missing or can't be read, and what to do.
    static func reading(in directory: String) throws -> SQLiteLedger {
        let path = directory + "/ledger.sqlite"
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure(
                .storage,
                "There is no ledger in '\(directory)'. 'pennyweight serve' makes one; --data names its "
                    + "directory.")
        }
        return try SQLiteLedger.open(at: path, access: .reading, time: SystemTime())
    }
}
