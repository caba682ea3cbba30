#if Gateway
internal import ArgumentParser
internal import PennyweightGateway
internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightSQLite
internal import PennyweightTime

/// `pennyweight keys list`: every key that was ever made, newest first.
struct KeysListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the keys, newest first: never their secrets.")

    @Option(help: "How to print: table or json.")
    var format = Format.table

    @Option(help: ArgumentHelp("The directory with ledger.sqlite.", valueName: "dir"))
    var data = "./pennyweight-data"

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json
    }

    func run() async throws {
        try await Exit.withCodes {
            let ledger = try LedgerFile.reading(in: data)
            let now = SystemTime().now()
            let keys = try await KeysListCommand.all(in: ledger, at: now)
            await ledger.close()
            switch format {
            case .table: for line in KeyTable.lines(keys, at: now) { print(line) }
            case .json:
                let list = JSONValue.object([
                    .init("object", .text("list")),
                    .init("data", .array(keys.map { KeyObject.json($0, at: now) })),
                ])
                print(String(decoding: list.bytes, as: UTF8.self))
            }
        }
    }

    /// All keys, page by page.
    static func all(in store: any KeyStore, at time: Timestamp) async throws -> [VirtualKey] {
        var query = KeyQuery(at: time)
        query.limit = 100
        var keys: [VirtualKey] = []
        while true {
            try Task.checkCancellation()
            let page = try await store.keys(query)
            keys += page.keys
            guard page.hasMore, let last = page.keys.last else { return keys }
            query.startingAfter = last.id
        }
    }
}
#endif
