private import Synchronization

/// Remembers what was found out about requests, by their exact bytes: a request that is sent again byte by
/// byte is neither parsed nor digested again.
///
/// A hit compares every byte, so that no two requests are ever mistaken for each other. What is kept is
/// bounded in bytes, and shares the memory of the bodies as they arrived. Of two generations the older is
/// forgotten as a whole when the younger is full; what is found in the older one moves to the younger.
public final class BodyMemo<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        let label: String
        let body: [UInt8]
        let value: Value

        /// The entry's size, with what it takes beside the body.
        var count: Int { body.count + label.utf8.count + 256 }

        func `is`(_ label: String, _ body: [UInt8]) -> Bool {
            self.label == label && BodyMemo.areEqual(self.body, body)
        }
    }

    private struct State {
        var young: [UInt64: Entry] = [:]
        var old: [UInt64: Entry] = [:]
        var youngBytes = 0
    }

    private let limitBytes: Int
    private let seed: UInt64
    private let state = Mutex(State())

    /// Keeps up to `limitBytes` of bodies, none of them larger than an eighth of it.
    public init(limitBytes: Int = 16 << 20) {
        self.limitBytes = limitBytes
        // The process's own seed: nobody can choose bodies that share a place.
        seed = UInt64(truncatingIfNeeded: Hasher().finalize())
    }

    /// What was kept for a body and a label (method and path), or nil.
    public func value(of body: [UInt8], label: String) -> Value? {
        guard fits(body) else { return nil }
        let place = place(of: body, label)
        let (young, old) = state.withLock { ($0.young[place], $0.old[place]) }
        if let young, young.is(label, body) { return young.value }
        guard let old, old.is(label, body) else { return nil }
        keep(old, at: place)
        return old.value
    }

    /// Keeps a value.
    public func keep(_ value: Value, of body: [UInt8], label: String) {
        guard fits(body) else { return }
        keep(Entry(label: label, body: body, value: value), at: place(of: body, label))
    }

    private func fits(_ body: [UInt8]) -> Bool { body.count <= limitBytes / 8 }

    private func keep(_ entry: Entry, at place: UInt64) {
        // What is forgotten is freed after the lock is released.
        let forgotten = state.withLock { state in
            let replaced = state.young.updateValue(entry, forKey: place)
            state.youngBytes += entry.count - (replaced?.count ?? 0)
            guard state.youngBytes > limitBytes / 2 else { return [UInt64: Entry]() }
            let forgotten = state.old
            (state.old, state.young, state.youngBytes) = (state.young, [:], 0)
            return forgotten
        }
        _ = forgotten.count
    }

    /// A digest that only has to spread: what shares a place is told apart by its bytes.
    private func place(of body: [UInt8], _ label: String) -> UInt64 {
        body.withUnsafeBytes { bytes in
            var digest = seed ^ UInt64(truncatingIfNeeded: bytes.count)
            var other = seed &* 0x9E37_79B9_7F4A_7C15
            var at = 0
            while at + 16 <= bytes.count {
                digest = BodyMemo.mixed(digest ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                other = BodyMemo.mixed(other ^ bytes.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self))
                at += 16
            }
            for byte in bytes[at...] { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            for byte in label.utf8 { other = (other ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            return BodyMemo.mixed(digest) ^ other
        }
    }

    @inline(__always)
    private static func mixed(_ word: UInt64) -> UInt64 {
        let product = word.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }

    private static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                if left.baseAddress == right.baseAddress { return true }
                var at = 0
                while at + 8 <= left.count {
                    guard
                        left.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                            == right.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                    else { return false }
                    at += 8
                }
                return left[at...].elementsEqual(right[at...])
            }
        }
    }
}
