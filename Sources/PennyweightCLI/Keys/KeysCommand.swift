#if Gateway
internal import ArgumentParser

/// `pennyweight keys`: the virtual keys that callers of the gateway show.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Makes, lists and revokes the keys that callers of the gateway show.",
        discussion: """
            Keys lie in the ledger of the data directory. A gateway that runs there sees what is made or revoked with
            the next request. As soon as one key exists, every request needs one, for good.

            Examples:
              pennyweight keys create --account acme/search --name "search, production"
              pennyweight keys create --account acme --models 'gpt-4o*' --routes /chat/completions --expires 2027-01-01
              pennyweight keys list --format json
              pennyweight keys revoke k3j5h7w2m4x6qabc

            Exit codes: 0 done, 64 wrong flags, 74 the ledger can't be used, or has no such key.
            """,
        subcommands: [KeysCreateCommand.self, KeysListCommand.self, KeysRevokeCommand.self])
}
#endif
