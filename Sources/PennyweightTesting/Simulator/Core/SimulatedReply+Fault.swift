internal import PennyweightJSON

extension SimulatedReply {
    /// Turns a good answer into what the fault makes of it.
    mutating func play(_ fault: SimulatedFault.Kind, slowness: Duration) {
        switch fault {
        case .slow: wait = .time(slowness)
        case .hang: hang()
        case .cut: breakOff(.cut)
        case .stall: isStream ? breakOff(.stall) : hang()
        case .malformed: garble()
        case .errorEvent: failInTheMiddle()
        default: return
        }
    }

    private var isStream: Bool {
        if case .stream = content { true } else { false }
    }

    private mutating func hang() {
        wait = .forever
        bill = nil
    }

    private mutating func breakOff(_ ending: Ending) {
        self.ending = ending
        outcome = .cut
    }

    private mutating func garble() {
        outcome = .cut
        switch content {
        case .whole(let bytes): content = .whole(Array(bytes.prefix(bytes.count / 2)))
        case .stream(let pieces):
            let half = pieces.prefix(max(1, pieces.count / 2))
            end(half, with: "data: {\"id\":\"chatcmpl-\",\"choi\n\n")
        }
    }

    private mutating func failInTheMiddle() {
        guard case .stream(let pieces) = content else {
            self = SimulatedFault.Kind.status(500).refusal(model: "") ?? self
            return
        }
        outcome = .cut
        let error = SimulatedError(
            status: 500, message: "The server had an error while processing your request. Sorry about that!",
            type: "server_error")
        let event = String(decoding: error.json.bytes, as: UTF8.self)
        end(pieces.prefix(max(1, pieces.count / 2)), with: "data: \(event)\n\n")
    }

    /// Ends the stream after these pieces and one more event, and bills what they hold.
    private mutating func end(_ pieces: ArraySlice<Piece>, with event: String) {
        let generated = pieces.last?.generated ?? 0
        content = .stream(pieces + [Piece(bytes: Array(event.utf8), generated: generated)])
        bill = bill?.ending(at: generated)
    }
}
