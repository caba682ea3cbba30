#if Gateway
internal import ArgumentParser

/// The command `pennyweight`.
@main
struct PennyweightCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pennyweight",
        abstract: "Pays for AI calls once, and knows what each one cost.",
        discussion: """
            Examples:
              pennyweight serve --simulate          try the gateway with no key and no network
              OPENAI_API_KEY=… pennyweight serve    the gateway in front of OpenAI, on 127.0.0.1:8080
              pennyweight report --by day           what was charged and what was avoided
              pennyweight prices show gpt-4o-mini   what a model costs
              pennyweight keys create --account a   a key for one caller of the gateway
              pennyweight ledger verify             that nothing in the ledger was changed
              pennyweight cache stats               what the cache holds
              pennyweight doctor                    what is wrong with this set-up, and how to mend it
            """,
        version: PennyweightVersion.text,
        subcommands: [
            ServeCommand.self, SimulateCommand.self, DemoCommand.self, ReportCommand.self, LedgerCommand.self,
            PricesCommand.self, KeysCommand.self, CacheCommand.self, DoctorCommand.self,
        ])
}
#else
/// Says how to get the command: it was built without the trait that guards its packages.
@main
struct PennyweightCommand {
    static func main() {
        print("This binary was built without the trait 'Gateway'; build the package with its default traits.")
    }
}
#endif
