#if Gateway
internal import ArgumentParser
private import Foundation
internal import PennyweightGateway
internal import PennyweightLedger
internal import PennyweightMiddleware
internal import PennyweightPipeline
internal import PennyweightSQLite
internal import PennyweightTime

/// `pennyweight keys create`: makes a key, and prints it once.
struct KeysCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes a key, and prints it: it can't be had again.",
        discussion: """
            The key alone goes to standard output, what is said about it to standard error:
              export OPENAI_API_KEY=$(pennyweight keys create --account acme --quiet)
            """)

    @Option(help: ArgumentHelp("Who pays: acme, or acme/search.", valueName: "path"))
    var account: String

    @Option(help: "What the key is for.")
    var name: String?

    @Option(
        help: ArgumentHelp(
            "The models that it may ask for, with commas between; a * at the end of one stands for anything. "
                + "(default: all)", valueName: "names"))
    var models: String?

    @Option(
        help: ArgumentHelp(
            "The routes that it may use, with commas between: /chat/completions,/models. (default: all)",
            valueName: "paths"))
    var routes: String?

    @Option(
        help: ArgumentHelp(
            "From when on it is refused: 2027-01-01, or 2027-01-01T12:00:00Z. (default: never)",
            valueName: "time"))
    var expires: String?

    @Flag(name: .shortAndLong, help: "Print the key and nothing else.")
    var quiet = false

    @OptionGroup var ledger: KeyLedger

    func run() async throws {
        let issued = try issue()
        try await Exit.withCodes {
            try await ledger.writing { try await $0.add(issued.key) }
            print(issued.secret.reveal())
            StandardOutput.flush()
            guard !quiet else { return }
            let key = issued.key
            let lines = [
                "Key \(key.id) of \(key.account) was made. It is shown this once; what is kept is a digest.",
                "Revoke it with: pennyweight keys revoke \(key.id) --data \(ledger.data)",
            ]
            FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
        }
    }

    private func issue() throws -> KeyGrant.Issued {
        var grant = KeyGrant(
            account: account, name: name, models: try KeysCreateCommand.list(models, "--models"),
            routes: try KeysCreateCommand.list(routes, "--routes"))
        if let expires {
            guard let time = Timestamp(reading: expires) else {
                throw ValidationError("--expires must read like 2027-01-01 or 2027-01-01T12:00:00Z.")
            }
            grant.expiresAt = time
        }
        do {
            return try grant.issue(time: SystemTime(), random: SystemRandom())
        } catch let failure as Failure {
            throw ValidationError(failure.message)
        }
    }

    /// An empty list would allow everything: it must be left out instead.
    private static func list(_ text: String?, _ flag: String) throws -> [String] {
        guard let text else { return [] }
        let items = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard !items.isEmpty else { throw ValidationError("\(flag) is empty; leave it out to allow all.") }
        return items
    }
}
#endif
