internal import PennyweightPipeline
private import Synchronization

/// Reads an answer to its proven end: one that ends in the middle ends with an error, a stream after its last
/// whole event.
final class WholeAnswerReader: BodyReader {
    enum Form: Sendable {
        case events(WholeEvents)
        case json(WholeJSON)
    }

    private let upstream: any BodyReader
    private let form: Mutex<Form>

    init(_ upstream: any BodyReader, as form: Form) {
        self.upstream = upstream
        self.form = Mutex(form)
    }

    func read() async throws -> [UInt8]? {
        while let chunk = try await upstream.read() {
            let whole = try passed(chunk)
            if !whole.isEmpty { return whole }
        }
        let rest = try form.withLock { try $0.finish() }
        return rest.isEmpty ? nil : rest
    }

    func cancel() {
        upstream.cancel()
    }

    private func passed(_ chunk: [UInt8]) throws -> [UInt8] {
        do {
            return try form.withLock { try $0.consume(chunk) }
        } catch {
            upstream.cancel()
            throw error
        }
    }
}

extension WholeAnswerReader.Form {
    fileprivate mutating func consume(_ chunk: [UInt8]) throws -> [UInt8] {
        switch self {
        case .events(var events):
            // Its block has one owner while it grows.
            self = .json(WholeJSON())
            defer { self = .events(events) }
            return try events.consume(chunk)
        case .json(var json):
            json.consume(chunk)
            self = .json(json)
            return chunk
        }
    }

    fileprivate mutating func finish() throws -> [UInt8] {
        switch self {
        case .events(var events):
            defer { self = .events(events) }
            return try events.finish()
        case .json(let json):
            try json.finish()
            return []
        }
    }
}
