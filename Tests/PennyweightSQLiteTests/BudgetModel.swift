import Foundation
import PennyweightLedger
import PennyweightTime

/// What budgets must say, told in the simplest way: by going through all attempts there ever were.
///
/// It shares no code with the ledgers: scopes are compared here by hand, and days and months are
/// Foundation's.
struct BudgetModel {
    struct Attempt {
        let hold: Hold
        var expiresAt: Timestamp
        /// What its line counts; nil as long as it is open.
        var charge: Int128?
    }

    private(set) var attempts: [Attempt] = []

    var openIndices: [Int] { attempts.indices.filter { attempts[$0].charge == nil } }

    /// The name of the first hard budget that must refuse; nil if the attempt must be admitted.
    func refusal(of hold: Hold, by budgets: [Budget]) -> String? {
        budgets.first { budget in
            guard budget.isHard, let group = BudgetModel.group(of: hold.subject, in: budget) else {
                return false
            }
            guard let bound = hold.upperBound else { return true }
            let balance = balance(of: budget, group: group, at: hold.openedAt)
            return balance.settled.picos + balance.held.picos + Int128(bound.picos)
                > Int128(budget.limit.picos)
        }?.name
    }

    mutating func admit(_ hold: Hold) {
        attempts.append(Attempt(hold: hold, expiresAt: hold.expiresAt))
    }

    mutating func settle(_ index: Int, _ cost: Cost) {
        let held = Int128(attempts[index].hold.upperBound?.picos ?? 0)
        attempts[index].charge =
            switch cost {
            case .exact(let amount): Int128(amount.picos)
            case .estimated(_, let upper, _): Int128(upper.picos)
            case .unknown: held
            }
    }

    mutating func renew(_ index: Int, until expiry: Timestamp) {
        attempts[index].expiresAt = max(expiry, attempts[index].expiresAt)
    }

    /// Closes what has expired; returns how many that were.
    mutating func sweep(at time: Timestamp) -> Int {
        let lost = openIndices.filter { attempts[$0].expiresAt <= time }
        for index in lost { settle(index, .unknown(reason: "lost")) }
        return lost.count
    }

    func balance(of budget: Budget, group: String, at time: Timestamp) -> Balance {
        attempts.reduce(into: Balance()) { sum, attempt in
            let hold = attempt.hold
            guard BudgetModel.group(of: hold.subject, in: budget) == group,
                BudgetModel.counts(hold.openedAt, at: time, budget.period)
            else { return }
            if let charge = attempt.charge {
                sum.settled.picos += charge
            } else {
                sum.held.picos += Int128(hold.upperBound?.picos ?? 0)
            }
        }
    }

    /// What an attempt shares its counter with; nil if the budget doesn't count it.
    static func group(of subject: Subject, in budget: Budget) -> String? {
        let scope = budget.scope
        let path = subject.account.split(separator: "/")
        guard scope.account.isEmpty || path.starts(with: scope.account.split(separator: "/")) else {
            return nil
        }
        if let key = scope.key, subject.key != key { return nil }
        if let user = scope.user, subject.user != user { return nil }
        if let tag = scope.tag, subject.tags[tag.name] != tag.value { return nil }
        if let model = scope.model {
            let isAny = model.last == "*"
            guard isAny ? subject.model.starts(with: model.dropLast()) : subject.model == model else {
                return nil
            }
        }
        switch scope.each {
        case nil: return "all"
        case .account: return "account \(subject.account)"
        case .key: return subject.key.map { "key \($0)" } ?? "no key"
        case .user: return subject.user.map { "user \($0)" } ?? "no user"
        }
    }

    private static func counts(_ opened: Timestamp, at time: Timestamp, _ period: BudgetPeriod) -> Bool {
        switch period {
        case .none: true
        case .day: day(opened) == day(time)
        case .week: calendar.isDate(date(opened), equalTo: date(time), toGranularity: .weekOfYear)
        case .month: calendar.isDate(date(opened), equalTo: date(time), toGranularity: .month)
        case .rolling(let hours): hour(opened) >= hour(time) - Int64(hours)
        }
    }

    private static func hour(_ time: Timestamp) -> Int64 {
        Int64((date(time).timeIntervalSince1970 / 3_600).rounded(.down))
    }
    private static func day(_ time: Timestamp) -> DateComponents {
        calendar.dateComponents([.year, .month, .day], from: date(time))
    }
    private static func date(_ time: Timestamp) -> Date {
        Date(timeIntervalSince1970: Double(time.milliseconds) / 1_000)
    }

    /// Weeks begin on Monday, days at midnight UTC.
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? calendar.timeZone
        return calendar
    }()
}
