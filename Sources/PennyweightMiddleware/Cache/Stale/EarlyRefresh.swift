/// How long before its end an answer is fetched anew: `took × β × −ln(u)` of XFetch, in integers.
enum EarlyRefresh {
    /// Nanoseconds; saturates. `random` is 64 uniform bits, which are `u` in 0 ..< 1.
    static func lead(took: Int64, perMille: Int, random: UInt64) -> Int64 {
        let scaled = Int128(max(took, 0)) * Int128(max(perMille, 0)) / 1_000
        // At most 45 (−ln 2⁻⁶⁴) × 2⁻³² of a scale below 2⁷⁴: far from overflow once clamped.
        let bounded = Int128(Int64(clamping: scaled))
        return Int64(clamping: (bounded * Int128(negativeLogarithm(random))) >> 32)
    }

    /// −ln((random + 1) / 2⁶⁴) in units of 2⁻³², rounded down to 16 binary places of the logarithm.
    static func negativeLogarithm(_ random: UInt64) -> Int64 {
        let number = random == .max ? random : random + 1
        let leading = number.leadingZeroBitCount
        // The mantissa in 1 ..< 2, with 31 binary places, and its binary logarithm by repeated squaring.
        var mantissa = (number << UInt64(leading)) >> 32
        var fraction: Int64 = 0
        for place in 1...16 {
            mantissa = (mantissa * mantissa) >> 31
            if mantissa >= 1 << 32 {
                mantissa >>= 1
                fraction |= 1 << (16 - Int64(place))
            }
        }
        // log₂(number) = 63 − leading + fraction / 2¹⁶, so that −log₂(number / 2⁶⁴) = leading + 1 − fraction.
        let binary = Int64(leading + 1) << 16 - fraction
        // ln 2 in units of 2⁻³².
        return (binary * 2_977_044_472) >> 16
    }
}
