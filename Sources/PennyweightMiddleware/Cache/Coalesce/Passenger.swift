internal import PennyweightPipeline

/// Who waits for the answer of a flight.
struct Passenger: Sendable {
    let id: UInt64
    /// True for the call whose request goes upstream.
    let isLeader: Bool
    let wish: Wish

    /// What a call wants of a flight.
    struct Wish: Sendable {
        let wantsStream: Bool
        /// The form in which it wants images; nil for an answer without.
        let rendition: MediaRendition?
        /// True if it has something else to serve as long as nothing was handed on: it doesn't take a head
        /// for an answer.
        let waitsForFirstChunk: Bool
        /// Makes a response of the whole answer, in the form that was asked for.
        let unfold: @Sendable (CacheEntry) async throws -> Response

        /// What it can read as it comes.
        var form: FlightState.Form { FlightState.Form(isStream: wantsStream, rendition: rendition) }
    }
}
