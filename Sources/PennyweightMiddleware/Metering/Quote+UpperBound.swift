internal import PennyweightLedger

extension Quote {
    /// The most that the call can cost; nil if nobody knows.
    ///
    /// A price by the second, the image or the character says nothing about a request whose seconds, images
    /// or characters are not known: that is no bound of zero.
    func upperBound(at price: Price?) -> Money? {
        if isFree { return .zero }
        guard isBounded, let price, price.countsTokens || !meters.isEmpty else { return nil }
        return price.upperBound(
            inputTokens: inputTokens, outputTokens: outputTokens, choices: choices, prompts: prompts,
            addedOutputTokens: addedOutputTokens, meters: meters)
    }
}
