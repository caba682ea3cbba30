internal import PennyweightPipeline

extension Cache {
    /// A call with what the stage behind may do about its miss; as it is if that is nothing.
    ///
    /// Only a call that nothing is stored for may be answered as a similar one was; the answer that replaces
    /// a stale one gets a vector. Whoever wants a certain recording, the same bytes or a new answer gets no
    /// other.
    func asking(_ call: Call, after reason: CacheOutcome.Miss) -> Call {
        let (inquiry, plan) = (call.inquiry, call.inquiry.plan)
        let isUsed = plan.semantic == .always && plan.match == .standard && plan.looksUp
        // Vectors say much of a text, and are not sealed.
        guard isUsed, !policy.encryption.isOn, reason == .absent || reason == .stale,
            !inquiry.question.isBatch
        else { return call }
        var call = call
        call.context[MissedInquiryKey.self] = MissedInquiry(
            fields: fields(of: inquiry), plan: plan, question: inquiry.question,
            mayBeServed: reason == .absent)
        return call
    }
}

extension Response {
    /// True if it is the answer to another question.
    var isSemanticHit: Bool {
        if case .served = facts[SemanticFact.self] { true } else { false }
    }
}

extension CacheOutcome {
    /// Takes over what the stage behind did.
    mutating func note(_ semantic: SemanticOutcome?) {
        switch semantic {
        case nil: break
        case .missed(let reason): detail = reason.rawValue
        case .served(let match, let age, let remaining):
            status = .hit
            detail = "semantic"
            self.semantic = match
            recording = match.entry
            (self.age, self.remaining) = (age, remaining)
            wasForwarded = false
            storing = nil
        }
    }
}
