internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

extension NativeAPI {
    /// Adds up what the caller sees, by one or two of a report's groupings.
    func usage(_ request: NativeRequest) async throws -> JSONValue {
        var query = ReportQuery(by: .model)
        if let text = request.query["group_by"] {
            query.groupings = try NativeAPI.groupings(text)
        }
        query.since = try request.time("since")
        query.until = try request.time("until")
        query.account = request.account
        let report = try await stores.ledger.report(query)
        // Open attempts are counted over the whole ledger.
        return UsageObject.json(report, query, showsOpen: request.account.isEmpty)
    }

    /// What is left of the tightest hard budget that counts all that the caller asks.
    func balance(_ request: NativeRequest) async throws -> JSONValue {
        let standings = try await standings(request).filter { standing in
            let scope = standing.budget.scope
            let isNarrower = scope.model != nil || scope.tag != nil || scope.user != nil
            return standing.budget.isHard && !isNarrower && standing.balance != nil
        }
        let left = { (standing: BudgetObject.Standing) in
            BudgetObject.remaining(of: standing.budget, standing.balance ?? Balance())
        }
        return BalanceObject.json(standings.min { left($0) < left($1) })
    }

    /// Every budget that counts the caller, or all of them for who sees all.
    func budgets(_ request: NativeRequest) async throws -> JSONValue {
        let standings = try await standings(request)
        return .object([
            .init("object", .text("list")),
            .init("data", .array(standings.map(BudgetObject.json))),
            .init("has_more", .bool(false)),
            .init("next_page_url", .null),
            .init("previous_page_url", .null),
        ])
    }

    private func standings(_ request: NativeRequest) async throws -> [BudgetObject.Standing] {
        let now = time.now()
        let claims = stores.budgets.compactMap { budget -> (Budget, BudgetClaim?)? in
            let caller = BudgetCaller(request)
            guard caller.isCounted(by: budget.scope) else { return nil }
            return (budget, caller.claim(on: budget, at: now))
        }
        let balances = try await stores.ledger.balances(of: claims.compactMap(\.1))
        var rest = balances[...]
        return claims.map { budget, claim in
            (budget: budget, claim: claim, balance: claim.flatMap { _ in rest.popFirst() })
        }
    }

    private static func groupings(_ text: String) throws -> [ReportQuery.Grouping] {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let groupings = names.compactMap(ReportQuery.Grouping.init)
        guard groupings.count == names.count, (1...2).contains(names.count), Set(names).count == names.count
        else {
            let all = ReportQuery.Grouping.allCases.map(\.rawValue).joined(separator: ", ")
            throw Refusal.wrong("group_by", "'group_by' must be one or two of \(all), with a comma between.")
        }
        return groupings
    }
}

/// Whom budgets are asked about: the caller's key and account, and who sees all may name others.
struct BudgetCaller: Sendable, Hashable {
    /// Empty for all.
    let account: String
    let key: String?
    let user: String?

    init(account: String, key: String?, user: String?) {
        self.account = account
        self.key = key
        self.user = user
    }

    init(_ request: NativeRequest) {
        self.init(
            account: request.account, key: request.caller.key?.id ?? request.query["key_id"],
            user: request.query["user"])
    }

    /// True if the budget counts calls of this caller: some of them, at least.
    func isCounted(by scope: BudgetScope) -> Bool {
        let isInAccount = account.isEmpty || AccountPath.isCovered(account, by: scope.account)
        return isInAccount && (scope.key == nil || key == nil || scope.key == key)
            && (scope.user == nil || user == nil || scope.user == user)
    }

    /// The claim of a call that meets the budget's conditions on model and tag; nil if the budget divides by
    /// something that the caller leaves open.
    func claim(on budget: Budget, at time: Timestamp) -> BudgetClaim? {
        let scope = budget.scope
        switch scope.each {
        case .account where account.isEmpty, .key where key == nil, .user where user == nil: return nil
        default: break
        }
        let model = scope.model.map { $0.hasSuffix("*") ? String($0.dropLast()) : $0 }
        var subject = Subject(
            account: account.isEmpty ? scope.account : account, key: scope.key ?? key,
            user: scope.user ?? user,
            provider: "", model: model ?? "", route: "")
        if let tag = scope.tag { subject.tags[tag.name] = tag.value }
        return budget.claim(on: subject, at: time)
    }
}
