/// Tells refusals that the same request would meet again from those that pass.
enum LastingRefusal {
    /// What is wrong with the request itself (RFC 9110 section 15.5). Not 401 and 403 (the key), 402 (the
    /// money), 408, 409, 425 and 429 (the moment).
    static let statuses: Set<Int> = [400, 404, 405, 406, 410, 411, 413, 414, 415, 422, 431, 451]

    /// The largest refusal that others may have.
    static let limitBytes = 65_536

    /// True if it is a refusal of the request itself. Some providers say with 400 that there is no money:
    /// what speaks of that is not taken for one.
    static func isOne(_ status: Int, _ body: [UInt8]) -> Bool {
        guard statuses.contains(status) else { return false }
        let text = String(decoding: body, as: UTF8.self).lowercased()
        return !["billing", "quota", "credit"].contains { text.contains($0) }
    }
}
