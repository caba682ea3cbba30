extension ReplayMode {
    /// What comes of a caller's wish where this is configured.
    ///
    /// A wish never makes the cache ask a provider that the configuration doesn't ask, nor keep what it
    /// doesn't keep. Everything else is the caller's to choose.
    public func narrowing(_ wish: ReplayMode) -> ReplayMode {
        if wish.goesUpstream, !goesUpstream { return self }
        if wish == .replayOrLive, self == .off { return .off }
        guard wish.records, !records else { return wish }
        return wish == .replayOrRecord && self == .replayOrLive ? .replayOrLive : .off
    }
}
