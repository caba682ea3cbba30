public import PennyweightTime

/// A call that was refused here before anything was reserved for it: it has cost nothing.
///
/// It stands in a ledger as an attempt that was never sent, with the status of the refusal.
public struct RefusedCall: Sendable, Hashable {
    /// Its own identifier, made by the caller, so that noting it is repeatable.
    public let id: SortableID
    public let callID: SortableID
    /// Who it was from and what it asked, as far as that was read.
    public let subject: Subject
    /// The HTTP status that the caller got: 400, 402, 403, 413, 429.
    public let status: Int
    public let at: Timestamp

    public init(id: SortableID, callID: SortableID, subject: Subject, status: Int, at: Timestamp) {
        self.id = id
        self.callID = callID
        self.subject = subject
        self.status = status
        self.at = at
    }

    /// The attempt that stands for it. It draws on no budget.
    public var hold: Hold {
        Hold(
            id: id, callID: callID, attempt: 1, subject: subject, upperBound: .zero, openedAt: at,
            expiresAt: at)
    }

    /// What closes ``hold`` in the same step.
    public var settlement: Settlement {
        Settlement(holdID: id, outcome: .neverSent, cost: .nothing, status: status, settledAt: at)
    }
}

/// Where a call belongs beyond the gateway, as its caller says.
public struct CallOrigin: Sendable, Hashable {
    public let callID: SortableID
    /// The caller's own name for a series of calls; nil if it gives none.
    public let session: String?
    /// The trace that the call is part of ([W3C Trace Context](https://www.w3.org/TR/trace-context/), 32
    /// hexadecimal digits); nil without one.
    public let trace: String?

    public init(callID: SortableID, session: String?, trace: String?) {
        self.callID = callID
        self.session = session
        self.trace = trace
    }
}

/// Takes what is to be known of calls beside their money, and returns at once: no call waits for it.
///
/// It is written with the next commit. If it can't be, `onFailure` is called with the reason, on any thread:
/// it must not block.
public protocol CallNotes: Sendable {
    /// Takes a call that was refused.
    func enqueue(_ refusal: RefusedCall, onFailure: @escaping @Sendable (any Error) -> Void)

    /// Takes where a call belongs. The first word on a call stands.
    func enqueue(_ origin: CallOrigin, onFailure: @escaping @Sendable (any Error) -> Void)
}
