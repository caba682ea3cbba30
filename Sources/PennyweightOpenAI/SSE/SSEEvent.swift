/// One server-sent event, as dispatched by ``SSEParser``.
public struct SSEEvent: Sendable, Hashable {
    /// The event's name; `message` if the stream gave none.
    public var type: String
    /// The data lines joined by line feeds, as bytes: nothing is decoded.
    public var data: [UInt8]
    /// The last `id` that the stream gave so far; empty if it gave none.
    public var lastEventID: String

    public init(type: String = "message", data: [UInt8], lastEventID: String = "") {
        self.type = type
        self.data = data
        self.lastEventID = lastEventID
    }
}
