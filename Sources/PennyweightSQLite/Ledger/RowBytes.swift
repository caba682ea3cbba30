private import Crypto

/// The bytes of a batch's new rows of one table, as the chain of digests covers them (see ``LedgerChain``).
///
/// A plain buffer that grows: an array costs several times as much for nine bytes at a time. What was put in
/// stays where it is until the next row begins, so that a statement can take it from there.
final class RowBytes {
    /// How many bytes there are.
    private(set) var count = 0
    private var capacity = 16_384
    private var start: UnsafeMutableRawPointer
    /// Buffers that the current row has outgrown.
    private var outgrown: [UnsafeMutableRawPointer] = []

    /// A buffer that had to grow beyond this is not kept for the next batch.
    private static let keptCapacity = 1 << 20

    init() {
        start = .allocate(byteCount: capacity, alignment: 8)
    }

    deinit {
        freeOutgrown()
        start.deallocate()
    }

    /// Begins a row of so many values.
    func beginRow(_ columns: Int32) {
        freeOutgrown()
        makeRoom(1)
        put(UInt8(truncatingIfNeeded: columns))
    }

    func put(_ number: Int64?) {
        makeRoom(9)
        guard let number else { return put(LedgerChain.nullMark) }
        put(LedgerChain.integerMark)
        put(UInt64(bitPattern: number))
    }

    /// Adds a value that is text or bytes. Returns where it lies.
    func put(_ mark: UInt8, _ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        makeRoom(9 + bytes.count)
        put(mark)
        put(UInt64(bytes.count))
        let place = start + count
        if let source = bytes.baseAddress { place.copyMemory(from: source, byteCount: bytes.count) }
        count += bytes.count
        return UnsafeRawBufferPointer(start: place, count: bytes.count)
    }

    /// Takes back what lies behind a count.
    func remove(from count: Int) {
        self.count = count
    }

    /// Takes everything back.
    func removeAll() {
        count = 0
        freeOutgrown()
        guard capacity > RowBytes.keptCapacity else { return }
        start.deallocate()
        capacity = RowBytes.keptCapacity
        start = .allocate(byteCount: capacity, alignment: 8)
    }

    /// The SHA-256 of all bytes.
    var digest: [UInt8] {
        var digest = SHA256()
        digest.update(bufferPointer: UnsafeRawBufferPointer(start: start, count: count))
        return Array(digest.finalize())
    }

    private func put(_ byte: UInt8) {
        start.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    private func put(_ number: UInt64) {
        start.storeBytes(of: number.littleEndian, toByteOffset: count, as: UInt64.self)
        count += 8
    }

    @inline(__always)
    private func makeRoom(_ bytes: Int) {
        if capacity - count < bytes { grow(bytes) }
    }

    @inline(never)
    private func grow(_ bytes: Int) {
        capacity = max(2 * capacity, count + bytes)
        let grown = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
        grown.copyMemory(from: start, byteCount: count)
        outgrown.append(start)
        start = grown
    }

    private func freeOutgrown() {
        if outgrown.isEmpty { return }
        for buffer in outgrown { buffer.deallocate() }
        outgrown = []
    }
}
