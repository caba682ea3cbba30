#if Gateway
internal import ArgumentParser
internal import PennyweightLedger
internal import PennyweightPipeline
internal import PennyweightSQLite
internal import PennyweightTime

/// `pennyweight keys revoke`: ends a key, at once and for good.
struct KeysRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Ends a key at once and for good; its calls stay in the ledger.")

    @Argument(help: ArgumentHelp("The key's id, as 'keys list' shows it.", valueName: "id"))
    var id: String

    @OptionGroup var ledger: KeyLedger

    func run() async throws {
        // Who has the whole key at hand gives that: its id stands in the middle. The rest is not shown.
        let parts = id.split(separator: "_")
        let name = id.hasPrefix("pw_") && parts.count >= 2 ? String(parts[1]) : id
        try await Exit.withCodes {
            // Without a ledger there is no key; a new one is not made for that.
            await (try LedgerFile.reading(in: ledger.data)).close()
            try await ledger.writing { ledger in
                guard let key = try await ledger.key(name) else {
                    throw Failure(.storage, "There is no key '\(name)'; 'pennyweight keys list' shows them.")
                }
                let isFirst = try await ledger.revoke(name, at: SystemTime().now())
                print("\(name) of \(key.account) \(isFirst ? "is revoked" : "was revoked before").")
            }
        }
    }
}
#endif
