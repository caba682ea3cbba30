import Synchronization
import Tracing

/// Keeps the spans that were started, and how they ended.
final class ObservedTracer: Tracer {
    private let state = Mutex<[ObservedSpan]>([])

    var spans: [ObservedSpan] { state.withLock { $0 } }

    func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> ObservedSpan {
        var context = context()
        let parent = context[SpanName.self]
        context[SpanName.self] = operationName
        let span = ObservedSpan(
            operationName, context: context, parent: parent, start: instant().nanosecondsSinceEpoch)
        state.withLock { $0.append(span) }
        return span
    }

    func startAnySpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> any Tracing.Span {
        startSpan(
            operationName, context: context(), ofKind: kind, at: instant(), function: function, file: fileID,
            line: line)
    }

    func forceFlush() {}
    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {}
    func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {}
}

enum SpanName: ServiceContextKey {
    typealias Value = String
}

final class ObservedSpan: Tracing.Span {
    struct Ended: Sendable {
        var attributes = SpanAttributes()
        var statuses: [String] = []
        var ends: [UInt64] = []
    }

    let name: String
    let context: ServiceContext
    let parent: String?
    let start: UInt64
    private let state = Mutex(Ended())

    init(_ name: String, context: ServiceContext, parent: String?, start: UInt64) {
        self.name = name
        self.context = context
        self.parent = parent
        self.start = start
    }

    var ended: Ended { state.withLock { $0 } }

    func text(_ attribute: String) -> String? {
        switch ended.attributes.get(attribute) {
        case .string(let text): text
        case .int64(let number): "\(number)"
        default: nil
        }
    }

    var operationName: String {
        get { name }
        set {}
    }
    var isRecording: Bool { true }
    var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }
    func setStatus(_ status: SpanStatus) { state.withLock { $0.statuses.append(status.message ?? "") } }
    func addEvent(_ event: SpanEvent) {}
    func addLink(_ link: SpanLink) {}
    func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {}
    func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let instant = instant().nanosecondsSinceEpoch
        state.withLock { $0.ends.append(instant) }
    }
}
