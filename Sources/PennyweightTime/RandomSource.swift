/// Where randomness comes from, injected wherever it is needed.
public protocol RandomSource: Sendable {
    /// 64 uniformly distributed bits.
    func next() -> UInt64
}

extension RandomSource {
    /// A uniformly distributed number in `0 ..< upperBound`; 0 if the bound is 0.
    ///
    /// The method is Lemire's multiply-shift without rejection; its bias is below 2⁻³² for the bounds
    /// used here (milliseconds of a backoff), which no decision depends on.
    public func next(below upperBound: UInt64) -> UInt64 {
        next().multipliedFullWidth(by: upperBound).high
    }
}

/// The operating system's cryptographically secure generator. The only file that reads it.
public struct SystemRandom: RandomSource {
    public init() {}

    public func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
