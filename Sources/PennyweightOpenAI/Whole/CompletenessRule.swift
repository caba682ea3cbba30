internal import PennyweightJSON

/// What proves that a stream of chunks (chat and legacy completions) is whole.
///
/// Which one holds is a provider's own: with ``finished`` in front of a provider that sends `[DONE]`, a
/// stream that was cut between its last choice's end and its usage would pass for whole.
public enum CompletenessRule: String, Sendable, Hashable, CaseIterable {
    /// `[DONE]` came.
    case done
    /// The stream ended cleanly between two events after every choice had its `finish_reason`: for servers
    /// that never send `[DONE]`. What they are asked for by `n` is counted.
    case finished
}

/// Follows which choices of a stream have begun and which have finished.
struct ChoiceEnds: Sendable {
    private var begun: Set<Int64> = []
    private var finished: Set<Int64> = []
    private var isBroken = false

    /// Takes one chunk.
    mutating func take(_ root: JSONNode) {
        if let error = root["error"], !error.isNull { isBroken = true }
        for choice in root["choices"]?.elements ?? [] {
            guard let index = choice["index"]?.integer, index >= 0, index < Int64(Accumulation.maximumCount)
            else {
                isBroken = true
                return
            }
            begun.insert(index)
            if choice["finish_reason"]?.string?.isEmpty == false { finished.insert(index) }
        }
    }

    /// True if there are choices from 0 on, all of them finished, and as many as were asked for; nil if that
    /// is not known.
    func areAll(of count: Int?) -> Bool {
        !isBroken && !finished.isEmpty && begun == finished && (count ?? finished.count) == finished.count
            && finished == Set((0..<finished.count).map(Int64.init))
    }
}
