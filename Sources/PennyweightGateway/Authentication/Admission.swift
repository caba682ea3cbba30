internal import HTTPTypes
internal import Logging
internal import PennyweightLedger
internal import PennyweightMiddleware
internal import PennyweightPipeline
internal import PennyweightTime
private import Synchronization

/// Decides who a request is from, and whether it may use its route.
///
/// As soon as one key exists, every request needs one, for good: revoking the last key opens nothing. While
/// none exists, callers on this machine need none, unless the configuration says so. Each request looks its
/// key up in the store, so that what another process makes or revokes counts at once.
struct Admission: Sendable {
    private let keys: (any KeyStore)?
    private let adminKey: Secret?
    private let isRequired: Bool
    private let isLoopback: Bool
    /// True if stored answers are sealed with their callers' credentials.
    private let sealsAnswers: Bool
    private let time: any TimeSource
    private let found = Found()

    init(
        keys: (any KeyStore)?, adminKey: Secret? = nil, isRequired: Bool = false, isLoopback: Bool,
        sealsAnswers: Bool = false, time: any TimeSource
    ) {
        self.keys = keys
        self.adminKey = adminKey
        self.isRequired = isRequired
        self.isLoopback = isLoopback
        self.sealsAnswers = sealsAnswers
        self.time = time
    }

    /// Describes the caller in the context: account, key, and what ``AdmittedCaller`` tells.
    ///
    /// Throws a ``Refusal``: 401 without a key that counts, 403 if its key doesn't allow the route or the
    /// account. Throws a `Failure` `ledgerUnavailable` if keys can't be looked up: then nobody passes.
    func admit(_ call: inout Context, _ fields: HTTPFields, to route: Route, path: String) async throws {
        let caller = try await caller(fields[.authorization], to: route)
        // Before anything is refused: a refusal is the account's, too.
        call[AdmittedCaller.self] = caller
        if let key = caller.key {
            call.account = key.account
            call[KeyLabel.self] = key.id
            call.logger[metadataKey: "key"] = .string(key.id)
            if sealsAnswers, let shown = CallerKey.credential(authorization: fields[.authorization]) {
                call[CacheSecret.self] = CacheSecret(virtualKey: shown)
            }
        }
        try authorize(caller, route, path)
        if let account = try Admission.account(caller, fields) {
            call.account = account
            call[NamedAccount.self] = account
        }
    }

    /// True if a key exists, in use or not. Remembered once it is true: keys are never deleted.
    func hasKeys() async throws -> Bool {
        guard let keys else { return false }
        if found.value.withLock({ $0 }) { return true }
        var query = KeyQuery(at: time.now())
        query.limit = 1
        let exists = try await failing { try await !keys.keys(query).keys.isEmpty }
        if exists { found.value.withLock { $0 = true } }
        return exists
    }

    private final class Found: Sendable {
        let value = Mutex(false)
    }

    private func caller(_ authorization: String?, to route: Route) async throws -> Caller {
        let shown = CallerKey.credential(authorization: authorization)
        if let shown, let adminKey, ConstantTime.areEqual(shown, adminKey.reveal()) { return .admin }
        let hasKeys = try await hasKeys()
        if !hasKeys, isLoopback {
            if adminKey == nil, route.needsAdmin { return .admin }
            if !isRequired { return .anyone }
        }
        guard let shown else {
            throw Refusal.unauthenticated(
                "You didn't provide an API key. Send a virtual key of this gateway as "
                    + "'Authorization: Bearer pw_…'.")
        }
        guard let credential = KeyCredential(shown) else {
            throw Refusal.unauthenticated(
                "Incorrect API key provided: it is no key of this gateway, whose keys begin with 'pw_'.")
        }
        return .key(try await key(of: credential))
    }

    /// The key that a credential proves. One that isn't known and one whose secret is another get the same
    /// answer.
    private func key(of credential: KeyCredential) async throws -> VirtualKey {
        let found = try await failing { try await keys?.key(credential.id) }
        let unknown = [UInt8](repeating: 0, count: 32)
        guard credential.matches(found?.secretDigest ?? unknown), let found else {
            throw Refusal.unauthenticated(
                "Incorrect API key provided: this gateway doesn't know it. Check it, or have a new one made.")
        }
        switch found.status(at: time.now()) {
        case .active: return found
        case .revoked:
            throw Refusal.unauthenticated("The API key \(found.id) was revoked. Have a new one made.")
        case .expired:
            throw Refusal.unauthenticated("The API key \(found.id) has expired. Have a new one made.")
        }
    }

    private func authorize(_ caller: Caller, _ route: Route, _ path: String) throws {
        if route.needsAdmin, caller != .admin {
            throw Refusal.forbidden(
                "admin_key_required",
                adminKey == nil
                    ? "Keys are managed with 'pennyweight keys' on the gateway's machine, or here with an "
                        + "admin key: set 'admin.key' (PENNYWEIGHT_ADMIN_KEY) to at least 32 characters."
                    : "Keys are managed with the admin key: send it as 'Authorization: Bearer …'.")
        }
        if caller == .admin, route.isUpstream {
            throw Refusal.forbidden(
                "admin_key_not_allowed",
                "The admin key manages the gateway; it pays for nothing. Use a virtual key for this route.")
        }
        guard let key = caller.key, !key.allows(route: path) else { return }
        throw Refusal.forbidden(
            "route_not_allowed",
            "The key \(key.id) may not use \(path.prefix(200)), only "
                + "\(key.routes.joined(separator: ", ").prefix(1_000)).")
    }

    /// The account that a caller names; its own if it names none, nil if it has none.
    private static func account(_ caller: Caller, _ fields: HTTPFields) throws -> String? {
        let name = "x-pennyweight-account"
        guard let header = HTTPField.Name(name), let named = fields[header] else {
            return caller.key?.account
        }
        guard AccountPath.isValid(named) else {
            throw Refusal.wrong(
                name,
                "The header \(name) must be a path like acme/search: up to \(AccountPath.depthLimit) "
                    + "segments of letters, digits, '.', '_' or '-'.")
        }
        guard AccountPath.isCovered(named, by: caller.account) else {
            throw Refusal.forbidden(
                "account_not_allowed",
                "The key's account is \(caller.account): it may name accounts below that, not '\(named)'.",
                param: name)
        }
        return named
    }

    private func failing<Value>(_ read: () async throws -> Value) async throws -> Value {
        do {
            return try await read()
        } catch let failure as Failure {
            throw Failure(.ledgerUnavailable, "The keys can't be looked up: \(failure.message)")
        }
    }
}

/// The account that a caller has, or names in `x-pennyweight-account`; nil without either.
enum NamedAccount: ContextKey {
    static var defaultValue: String? { nil }
}
