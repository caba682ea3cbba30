// Times the search of the stage SemanticLookup through so many vectors of 1,536 numbers.
let dimensions = 1_536

/// Numbers that are the same in every run (SplitMix64).
struct Numbers {
    var seed: UInt64 = 7

    mutating func next() -> UInt64 {
        seed &+= 0x9E37_79B9_7F4A_7C15
        var mixed = seed
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func vector(_ dimensions: Int) -> UnitVector? {
        var numbers: [Float] = []
        for _ in 0..<dimensions { numbers.append(Float(Int64(next() % 2_001) - 1_000)) }
        return UnitVector(of: numbers)
    }
}

func milliseconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15
}

let counts = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let clock = ContinuousClock()
var numbers = Numbers()
for count in counts.isEmpty ? [1_000, 10_000, 100_000] : counts {
    var matrix = VectorMatrix(dimensions: dimensions)
    for number in 0..<count {
        let digest = (0..<32).map { UInt8(truncatingIfNeeded: number >> ($0 % 4 * 8)) }
        if let vector = numbers.vector(dimensions), let key = CacheKey(digest: digest) {
            matrix.add(vector, number: Int64(number), key: key)
        }
    }
    guard let query = numbers.vector(dimensions) else { break }
    var times: [Double] = []
    for _ in 0..<(count > 50_000 ? 15 : 60) {
        let start = clock.now
        _ = try await matrix.nearest(to: query, atLeast: 0.97, limit: 4)
        times.append(milliseconds(clock.now - start))
    }
    times.sort()
    let micros = { (time: Double) in Int(time * 1_000) }
    print(
        "\(count) vectors, \(matrix.byteCount >> 20) MiB: best \(micros(times[0])) µs, "
            + "median \(micros(times[times.count / 2])) µs, worst \(micros(times[times.count - 1])) µs")
}
