import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

/// One random interleaving of holds, settlements, sweeps, renewals and moves of the clock.
struct BudgetRun {
    /// What happened.
    struct Tally: CustomStringConvertible {
        var steps = 0, admitted = 0, refused = 0, settled = 0, swept = 0, compared = 0

        static func += (left: inout Tally, right: Tally) {
            left.steps += right.steps
            left.admitted += right.admitted
            left.refused += right.refused
            left.settled += right.settled
            left.swept += right.swept
            left.compared += right.compared
        }

        var description: String {
            "\(steps) steps: \(admitted) admitted, \(refused) refused, \(settled) settled, \(swept) swept, "
                + "\(compared) balances compared"
        }
    }

    let seed: UInt64
    let ledger: any Ledger
    let time: ManualTime
    private let random: SeededRandom
    private let budgets: [Budget]
    private let subjects: [Subject]

    init(seed: UInt64, ledger: any Ledger, time: ManualTime) {
        self.seed = seed
        self.ledger = ledger
        self.time = time
        let random = SeededRandom(seed: seed)
        self.random = random
        budgets = BudgetRun.tree(random)
        subjects = BudgetRun.callers()
    }

    /// An organisation, its project, keys, end users, a family of models, a tag; hard but for one.
    private static func tree(_ random: SeededRandom) -> [Budget] {
        let periods: [BudgetPeriod] = [.none, .day, .week, .month, .rolling(hours: 3), .rolling(hours: 24)]
        let scopes = [
            BudgetScope(account: "acme"), BudgetScope(account: "acme/search"), BudgetScope(each: .key),
            BudgetScope(account: "acme", each: .user), BudgetScope(model: "gpt-*"),
            BudgetScope(tag: .init(name: "team", value: "x"), each: .account), BudgetScope(),
        ]
        return scopes.enumerated().map { index, scope in
            Budget(
                name: "b\(index)", scope: scope, limit: Money(picos: 40 + Int64(random.next(below: 200))),
                period: periods[Int(random.next(below: UInt64(periods.count)))], isHard: index < 6)
        }
    }

    private static func callers() -> [Subject] {
        let accounts = ["acme", "acme/search", "acme/search/prod", "acme2", "other"]
        return accounts.enumerated().flatMap { index, account in
            [nil, "u1"].map { user in
                Subject(
                    account: account, key: index % 2 == 0 ? "k\(index)" : nil, user: user,
                    tags: user == nil ? ["team": "x"] : [:], provider: "p",
                    model: index < 3 ? "gpt-4o" : "o3",
                    route: "/chat/completions")
            }
        }
    }

    /// The budgets that are configured at a step: two of them come later, and count what was before.
    private func budgets(at step: Int) -> [Budget] {
        budgets.enumerated().filter { $0.offset % 3 != 1 || step >= 25 }.map(\.element)
    }

    /// Does so many steps. Throws at the first one after which the ledger is not what the model is.
    func steps(_ count: Int) async throws -> Tally {
        var model = BudgetModel()
        var tally = Tally()
        var latest = time.now()
        for step in 0..<count {
            let place: Comment = "seed \(seed), step \(step)"
            switch random.next(below: 100) {
            case 0..<48: try await reserve(&model, budgets(at: step), &tally, place)
            case 48..<78: try await settle(&model, &tally, place)
            case 78..<83: try await renew(&model)
            case 83..<88:
                let expected = model.sweep(at: time.now())
                try #require(await ledger.sweep(at: time.now()) == expected, place)
                tally.swept += expected
            default: moveClock()
            }
            latest = max(latest, time.now())
            try await compare(
                model, budgets(at: step), isLatest: time.now() == latest, &tally, place)
            tally.steps += 1
        }
        return tally
    }

    private func reserve(
        _ model: inout BudgetModel, _ budgets: [Budget], _ tally: inout Tally, _ place: Comment
    ) async throws {
        let subject = subjects[Int(random.next(below: UInt64(subjects.count)))]
        let now = time.now()
        let bound: Money? = random.next(below: 20) == 0 ? nil : Money(picos: Int64(random.next(below: 30)))
        let hold = Hold(
            id: SortableID(time: time, random: random), callID: SortableID(time: time, random: random),
            attempt: 1, subject: subject, upperBound: bound,
            claims: budgets.compactMap { $0.claim(on: subject, at: now) }, openedAt: now,
            expiresAt: now + .seconds(Int64(random.next(below: 7_200))))
        let expected = model.refusal(of: hold, by: budgets)
        do {
            try await ledger.reserve(hold)
            try #require(expected == nil, place)
            model.admit(hold)
            tally.admitted += 1
        } catch let failure as Failure where failure.code == .overBudget {
            let name = try #require(expected, place)
            try #require(failure.message.contains("'\(name)'"), place)
            tally.refused += 1
        }
    }

    private func settle(_ model: inout BudgetModel, _ tally: inout Tally, _ place: Comment) async throws {
        guard let index = someOpen(model) else { return }
        let hold = model.attempts[index].hold
        let most = hold.upperBound?.picos ?? 5
        let amount = Money(picos: Int64(random.next(below: UInt64(most + 1))))
        let costs: [Cost] = [
            .exact(amount), .estimated(lower: .zero, upper: amount, reason: "cut"),
            .unknown(reason: "no usage"),
            .nothing,
        ]
        let cost = costs[Int(random.next(below: 4))]
        let settlement = Settlement(holdID: hold.id, outcome: .served, cost: cost, settledAt: time.now())
        try #require(try await ledger.settle(settlement), place)
        try #require(try await !ledger.settle(settlement), place)
        model.settle(index, cost)
        tally.settled += 1
    }

    private func renew(_ model: inout BudgetModel) async throws {
        guard let index = someOpen(model) else { return }
        let expiry = time.now() + .seconds(3_600)
        try await ledger.renew([model.attempts[index].hold.id], until: expiry)
        model.renew(index, until: expiry)
    }

    private func someOpen(_ model: BudgetModel) -> Int? {
        let open = model.openIndices
        return open.isEmpty ? nil : open[Int(random.next(below: UInt64(open.count)))]
    }

    /// Minutes, hours, just to either side of midnight, days; sometimes back.
    private func moveClock() {
        let now = time.now()
        let midnight = now.day.start + .seconds(86_400)
        switch random.next(below: 8) {
        case 0: time.jump(to: midnight - .milliseconds(1))
        case 1: time.jump(to: midnight)
        case 2: time.jump(to: now + .seconds(86_400 * Int64(1 + random.next(below: 9))))
        case 3: time.jump(to: now - .seconds(Int64(random.next(below: 7_200))))
        default: time.jump(to: now + .seconds(Int64(random.next(below: 7_200))))
        }
    }

    private func compare(
        _ model: BudgetModel, _ budgets: [Budget], isLatest: Bool, _ tally: inout Tally, _ place: Comment
    )
        async throws
    {
        let now = time.now()
        var seen: Set<String> = []
        var claims: [BudgetClaim] = []
        var expected: [Balance] = []
        for budget in budgets {
            for subject in subjects {
                guard let group = BudgetModel.group(of: subject, in: budget),
                    let claim = budget.claim(on: subject, at: now), seen.insert(claim.counter).inserted
                else { continue }
                claims.append(claim)
                expected.append(model.balance(of: budget, group: group, at: now))
            }
        }
        let balances = try await ledger.balances(of: claims)
        for (index, claim) in claims.enumerated() {
            try #require(balances[index] == expected[index], "\(place), \(claim.counter)")
            // A budget that came later may have been exceeded before it was there.
            guard !["b1", "b4"].contains(claim.budget.name) else { continue }
            // A clock that goes back looks at hours that are over again, together with later ones.
            let isRolling = if case .rolling = claim.budget.period { true } else { false }
            guard claim.budget.isHard, isLatest || !isRolling else { continue }
            let total = balances[index].settled + balances[index].held
            try #require(total <= MoneyTotal(claim.budget.limit), "\(place), \(claim.counter)")
        }
        tally.compared += claims.count
    }
}
