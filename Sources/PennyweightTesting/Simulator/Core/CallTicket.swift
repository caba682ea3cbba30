internal import PennyweightTime

/// What tells one call from every other: ids and times of its answer.
struct CallTicket: Sendable {
    /// The number of the call, which no other one has.
    let call: UInt64
    /// Unix seconds.
    let created: Int64
    private let key: UInt64

    init(seed: UInt64, call: UInt64, at now: Timestamp) {
        var digest = Digest64(seed: seed)
        digest.add("call \(call) at \(now.nanoseconds)")
        key = digest.value
        self.call = call
        created = now.seconds
    }

    /// An id that starts with a prefix: `chatcmpl-` and 24 letters and digits.
    func id(_ prefix: String, _ index: Int = 0) -> String {
        let random = SeededRandom(seed: key &+ UInt64(index))
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        return prefix
            + String((0..<24).map { _ in alphabet[Int(random.next(below: UInt64(alphabet.count)))] })
    }
}
