internal import HTTPTypes

extension HTTPResponse {
    /// True if the answer says that it is an event stream.
    var isEventStream: Bool {
        headerFields[.contentType]?.lowercased().hasPrefix("text/event-stream") == true
    }

    /// True if the answer says that it is JSON.
    var isJSON: Bool {
        headerFields[.contentType]?.lowercased().hasPrefix("application/json") == true
    }

    /// True if the body's bytes are the content itself: not compressed.
    var isPlain: Bool {
        guard let encoding = headerFields[.contentEncoding] else { return true }
        return encoding.lowercased() == "identity"
    }
}
