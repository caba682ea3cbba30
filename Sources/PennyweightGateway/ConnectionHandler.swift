#if Gateway
internal import NIOCore

/// Stands in a connection's channel and reports its end to a ``DisconnectWatch``. What passes, it doesn't
/// look at.
final class ConnectionHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    private let connections: Connections
    private let watch = DisconnectWatch()

    init(connections: Connections) {
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        connections.add(watch, for: context.channel)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connections.remove(context.channel)
        _ = watch.disconnected()
    }

    func channelInactive(context: ChannelHandlerContext) {
        _ = watch.disconnected()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        let isClosing = (event as? ChannelEvent) == .inputClosed && watch.disconnected()
        context.fireUserInboundEventTriggered(event)
        // Nobody reads what would still be written: a write that waits for room would wait for ever.
        if isClosing { context.close(promise: nil) }
    }
}

@available(*, unavailable)
extension ConnectionHandler: Sendable {}
#endif
