internal import PennyweightPipeline
private import Synchronization

/// Passes the bytes of a fetched image on, and throws where they end unless they are one whole image.
///
/// They are if they are as many as was declared, and end as their type demands. Of a type whose end can't be
/// told the length must have been declared: a body without may end anywhere.
final class WholeImageReader: BodyReader {
    private let upstream: any BodyReader
    private let length: Int?
    private let limitBytes: Int
    private let host: String
    private let edges = Mutex(MediaEdges())

    init(_ body: Body, limitBytes: Int, host: String) throws {
        length = body.length
        self.limitBytes = limitBytes
        self.host = host
        if let length, length > limitBytes { throw WholeImageReader.tooLarge(limitBytes, host) }
        upstream = try body.makeReader()
    }

    func read() async throws -> [UInt8]? {
        let chunk: [UInt8]?
        do {
            chunk = try await upstream.read()
        } catch let failure as Failure {
            throw MediaProblem(.notFetched, "\(host) broke off in an image: \(failure.code).")
        }
        guard let chunk else {
            try edges.withLock { try prove($0) }
            return nil
        }
        let size = edges.withLock { edges in
            edges.consume(chunk)
            return edges.size
        }
        guard size <= limitBytes else {
            upstream.cancel()
            throw WholeImageReader.tooLarge(limitBytes, host)
        }
        return chunk
    }

    func cancel() { upstream.cancel() }

    private func prove(_ edges: MediaEdges) throws {
        guard edges.type != .other else {
            throw MediaProblem(.notFetched, "\(host) answered with something that is no image.")
        }
        let isLong = length.map { edges.size == Int64($0) }
        guard isLong != false, edges.isWhole ?? (isLong == true) else {
            throw MediaProblem(.notFetched, "\(host) sent an image that is cut off.")
        }
    }

    private static func tooLarge(_ limit: Int, _ host: String) -> MediaProblem {
        MediaProblem(.tooLarge, "\(host) has an image of more than \(limit) bytes.")
    }
}
