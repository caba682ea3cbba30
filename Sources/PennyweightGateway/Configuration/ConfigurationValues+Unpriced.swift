#if Gateway
internal import PennyweightLedger
internal import PennyweightMiddleware

extension ConfigurationValues {
    /// Reads `unpriced.policy`, `unpriced.capUSD` and `unpriced.accounts`, which hang together.
    mutating func readUnpriced(into unpriced: inout GatewayConfiguration.Unpriced) {
        var cap: Money?
        read(.unpricedCap, "an amount in US dollars above zero, like 0.50", into: &cap) { text in
            Money(usd: text).flatMap { $0 > .zero ? $0 : nil }
        }
        read(.unpricedPolicy, "refuse, cap or allow", into: &unpriced.policy) {
            $0.hasPrefix("cap:") ? nil : ConfigurationValues.policy($0, cap: cap ?? .zero)
        }
        var needsCap = if case .cap = unpriced.policy { true } else { false }
        read(
            .unpricedAccounts,
            "accounts and policies, each account once: team/a=refuse, team=cap, lab=cap:0.50, home=allow",
            into: &unpriced.accounts
        ) { text in
            var accounts: [String: MeteringPolicy.Unpriced] = [:]
            for entry in text.split(separator: ",") {
                let parts = entry.split(separator: "=", omittingEmptySubsequences: false)
                guard parts.count == 2 else { return nil }
                let account = ConfigurationValues.trimmed(parts[0])
                let written = ConfigurationValues.trimmed(parts[1])
                if written == "cap" { needsCap = true }
                guard AccountPath.isValid(account),
                    let policy = ConfigurationValues.policy(written, cap: cap ?? .zero),
                    accounts.updateValue(policy, forKey: account) == nil
                else { return nil }
            }
            return accounts
        }
        if needsCap, !isGiven(.unpricedCap) {
            report(
                "Key 'unpriced.capUSD': it is missing, and a policy for unpriced models says 'cap'; "
                    + "give the amount that is held for each such call.")
        }
        if !needsCap, let place = place(of: .unpricedCap) {
            report(
                "\(place): no policy for unpriced models says 'cap'; set 'unpriced.policy' to cap, or take "
                    + "it out.")
        }
    }

    /// `refuse`, `allow`, `cap`, or `cap:` with an amount of its own.
    private static func policy(_ text: String, cap: Money) -> MeteringPolicy.Unpriced? {
        switch text {
        case "refuse": return .refuse
        case "allow": return .allow
        case "cap": return .cap(cap)
        default:
            guard text.hasPrefix("cap:") else { return nil }
            return self.cap(String(text.dropFirst(4))).map { .cap($0) }
        }
    }

    private static func cap(_ text: String) -> Money? {
        Money(usd: text).flatMap { $0 > .zero ? $0 : nil }
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
#endif
