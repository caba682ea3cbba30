#if Gateway
internal import ArgumentParser
internal import PennyweightSQLite
internal import PennyweightTime

/// The data directory that holds the keys.
struct KeyLedger: ParsableArguments {
    @Option(help: ArgumentHelp("The directory with ledger.sqlite.", valueName: "dir"))
    var data = "./pennyweight-data"

    /// Opens the ledger for writing; makes it if there is none, so that keys can be made before the gateway
    /// first runs.
    func writing<Value>(_ work: (SQLiteLedger) async throws -> Value) async throws -> Value {
        let ledger = try SQLiteLedger.open(at: DataDirectory(data).ledgerPath, time: SystemTime())
        do {
            let value = try await work(ledger)
            await ledger.close()
            return value
        } catch {
            await ledger.close()
            throw error
        }
    }
}
#endif
