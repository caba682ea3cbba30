#if Gateway
internal import Hummingbird
internal import NIOCore
internal import PennyweightLedger
internal import PennyweightTime

/// Sends one answer at its pace, breaks it off where it is to break, and bills it once.
struct Delivery: Sendable {
    /// Thrown to close a connection in the middle of an answer.
    struct BrokenOff: Error {}

    let reply: SimulatedReply
    let simulation: Simulation

    private var time: any TimeSource { simulation.time }

    // MARK: Plain answers

    /// What to wait before a plain answer is sent; nil for nothing.
    var waitForWhole: SimulatedReply.Wait? {
        switch reply.wait {
        case .forever: .forever
        case .time(let duration): .time(duration + generation)
        case .none: generation > .zero ? .time(generation) : nil
        }
    }

    private var output: Int64 { reply.bill?.usage.tokens?.output ?? 0 }

    private var generation: Duration {
        reply.pace > .zero && reply.bill != nil ? reply.pace * Int(min(output, 100_000)) : .zero
    }

    /// Waits; a caller that leaves meanwhile is billed for what was generated.
    func wait(_ wait: SimulatedReply.Wait) async throws {
        let started = time.instant()
        do {
            switch wait {
            case .none: return
            case .time(let duration): try await time.sleep(for: duration)
            case .forever: while true { try await time.sleep(for: .seconds(3_600)) }
            }
        } catch {
            var waited = time.instant() - started
            if case .time(let delay) = reply.wait { waited = waited - delay }
            let generated =
                reply.pace > .zero ? max(.zero, waited).nanoseconds / reply.pace.nanoseconds : 0
            bill(generated: generated, .clientGone)
            throw error
        }
    }

    /// The body of a plain answer, billed before it leaves.
    func body(_ bytes: [UInt8]) -> ResponseBody {
        if let bill = reply.bill { simulation.billing.charge(bill, outcome: reply.outcome) }
        guard reply.ending == .cut else { return ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)) }
        return ResponseBody(contentLength: bytes.count) { writer in
            try await writer.write(ByteBuffer(bytes: bytes.prefix(bytes.count / 2)))
            throw BrokenOff()
        }
    }

    // MARK: Streams

    /// Writes the pieces of a stream. The charge is made before the last one is written, so that whoever
    /// has read the stream to its end finds it.
    func send(_ pieces: [SimulatedReply.Piece], to writer: inout any ResponseBodyWriter) async throws {
        let half = max(1, pieces.count / 2)
        var next = 0
        var isBilled = false
        func generated() -> Int64 { next > 0 ? pieces[next - 1].generated : 0 }
        do {
            if case .time(let delay) = reply.wait { try await time.sleep(for: delay) }
            if reply.wait == .forever { try await silence() }
            while next < pieces.count {
                if next == half, reply.ending == .stall { try await silence() }
                if next == half, reply.ending == .cut {
                    bill(generated: generated(), .cut)
                    isBilled = true
                    throw BrokenOff()
                }
                if next > 0, reply.pace > .zero { try await time.sleep(for: reply.pace) }
                try Task.checkCancellation()
                next += 1
                if next == pieces.count {
                    bill(generated: .max, reply.outcome)
                    isBilled = true
                }
                try await writer.write(ByteBuffer(bytes: pieces[next - 1].bytes))
            }
        } catch {
            if !isBilled { bill(generated: generated(), .clientGone) }
            throw error
        }
    }

    private func silence() async throws {
        while true { try await time.sleep(for: .seconds(3_600)) }
    }

    private func bill(generated: Int64, _ outcome: ProviderCharge.Outcome) {
        guard let bill = reply.bill else { return }
        simulation.billing.charge(bill.ending(at: generated), outcome: outcome)
    }
}
#endif
