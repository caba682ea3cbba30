/// The name under which the price book lists a second of video: `720p`, `1024p`, `4k`.
enum VideoVariant {
    /// The name of a size (`720x1280`: its shorter side counts) or of a resolution (`720p`); nil if it is
    /// neither.
    static func name(of size: String) -> String? {
        let lower = size.lowercased()
        let sides = lower.split(separator: "x", omittingEmptySubsequences: false).map { Int64($0) }
        if sides.count == 2, let width = sides[0], let height = sides[1], width > 0, height > 0 {
            return named(min(width, height))
        }
        if lower.hasSuffix("p"), let lines = Int64(lower.dropLast()), lines > 0 { return named(lines) }
        return ["2k", "4k"].contains(lower) ? lower : nil
    }

    private static func named(_ lines: Int64) -> String {
        switch lines {
        case 1_440: "2k"
        case 2_160: "4k"
        default: "\(lines)p"
        }
    }
}
