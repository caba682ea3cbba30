internal import PennyweightLedger
internal import PennyweightPipeline

/// Who makes a request, as far as that was proven.
enum Caller: Sendable, Hashable {
    /// Somebody on this machine, while no key exists.
    case anyone
    /// Who showed the secret of a virtual key that is neither revoked nor expired.
    case key(VirtualKey)
    /// Who showed the admin key, or makes the first key on this machine.
    case admin

    /// The account that is seen, with all below it; empty for all.
    var account: String {
        if case .key(let key) = self { key.account } else { "" }
    }

    /// The virtual key; nil for anyone else.
    var key: VirtualKey? {
        if case .key(let key) = self { key } else { nil }
    }

    /// Throws a ``Refusal`` if the caller's key lists models, and a request that goes upstream names another
    /// one, or none, or in a way that can't be checked.
    ///
    /// Whatever goes upstream passes here: a route that is added later is checked as well.
    func check(_ request: Request) throws {
        guard let key, !key.models.isEmpty else { return }
        for model in try NamedModels.of(request) where !key.allows(model: model) {
            throw Refusal.forbidden(
                "model_not_allowed",
                "The key \(key.id) may not ask for the model '\(model.prefix(200))', only for "
                    + "\(key.models.joined(separator: ", ").prefix(1_000)).", param: "model")
        }
    }

    /// A list of models without those that the caller's key doesn't allow.
    func visible(_ models: [UInt8]) -> [UInt8] {
        guard let key, !key.models.isEmpty else { return models }
        return ModelList.filtered(models) { key.allows(model: $0) }
    }
}

/// Who makes the call, for checks on its way up.
enum AdmittedCaller: ContextKey {
    static var defaultValue: Caller { .anyone }
}
