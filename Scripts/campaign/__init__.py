"""The parts of the kill campaign: processes, load, what the ledger says, what the provider billed."""
