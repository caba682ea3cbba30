internal import PennyweightTime

/// What goes wrong with the URL of an image, by the header or body member `x-simulate-image` of the request
/// that asked for it.
enum ImageFault: String, Sendable, CaseIterable {
    /// The connection breaks off in the middle.
    case cut
    /// Only the first half comes, and says that it is all.
    case short
    /// It leads to another URL.
    case redirect
    /// Nothing ever comes.
    case hang
    /// A web page instead.
    case page
    /// It has expired already.
    case expired
}

extension Simulation {
    /// `GET /images/{name}`, and `/images/{fault}/{name}`.
    func image(at path: [String]) throws(SimulatedError) -> SimulatedReply {
        let fault = path.count == 2 ? ImageFault(rawValue: path[0]) : nil
        guard let name = path.last, path.count == (fault == nil ? 1 : 2), fault != .expired,
            let bytes = memory.image(named: name, keptAfter: time.now() - settings.imageLifetime)
        else { throw SimulatedError(status: 404, message: "This image does not exist, or it has expired.") }
        var reply = SimulatedReply(type: "image/png", content: .whole(bytes))
        switch fault {
        case .cut: reply.ending = .cut
        case .short: reply.content = .whole(Array(bytes.prefix(bytes.count / 2)))
        case .hang: reply.wait = .forever
        case .page:
            reply = SimulatedReply(
                type: "text/html", content: .whole(Array("<!doctype html><p>Sign in first.</p>".utf8)))
        case .redirect:
            reply.status = 302
            reply.set("location", "/images/\(name)")
        case .expired, nil: break
        }
        return reply
    }
}
