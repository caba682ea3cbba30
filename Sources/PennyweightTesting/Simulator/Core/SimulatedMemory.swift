internal import PennyweightTime
private import Synchronization

/// What the simulated provider remembers between calls; everything is bounded.
final class SimulatedMemory: Sendable {
    private struct State {
        var calls: UInt64 = 0
        var faults = BoundedStore<Digest64, Int>(limit: 10_000)
        var prompts = BoundedStore<Digest64, Bool>(limit: 10_000)
        var images = BoundedStore<String, (bytes: [UInt8], at: Timestamp)>(limit: 100)
    }

    private let state = Mutex(State())

    /// A number that no other call gets.
    func nextCall() -> UInt64 {
        state.withLock { state in
            state.calls += 1
            return state.calls
        }
    }

    /// Counts a request for a fault that is played so many times; true if it is played now.
    func plays(_ fault: SimulatedFault, body: [UInt8]) -> Bool {
        guard let times = fault.times else { return true }
        var key = Digest64()
        key.add("\(fault.kind)")
        key.add(body)
        return state.withLock { state in
            let count = state.faults[key] ?? 0
            state.faults[key] = count + 1
            return count < times
        }
    }

    /// Remembers the beginning of a prompt; true if it was known.
    func knows(prompt: Digest64) -> Bool {
        state.withLock { state in
            let isKnown = state.prompts[prompt] != nil
            state.prompts[prompt] = true
            return isKnown
        }
    }

    func keep(image: [UInt8], named name: String, at time: Timestamp) {
        state.withLock { $0.images[name] = (image, time) }
    }

    /// An image that is not older than a time.
    func image(named name: String, keptAfter time: Timestamp) -> [UInt8]? {
        state.withLock { $0.images[name] }.flatMap { $0.at > time ? $0.bytes : nil }
    }

    /// Forgets everything but the count of calls, so that an id never comes twice.
    func reset() {
        state.withLock { state in
            state.faults.removeAll()
            state.prompts.removeAll()
            state.images.removeAll()
        }
    }
}
