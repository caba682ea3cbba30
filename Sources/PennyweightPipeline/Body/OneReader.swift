private import Synchronization

/// Hands its reader out once. Dropped unread, it drops the reader, and so cancels it.
final class OneReader: Sendable {
    private let reader: Mutex<(any BodyReader)?>

    init(_ reader: any BodyReader) {
        self.reader = Mutex(reader)
    }

    func take() throws -> any BodyReader {
        guard let taken = reader.withLock({ $0.take() }) else {
            throw Failure(
                .bodyAlreadyRead, "This body can be read once and was read already; collect it first.")
        }
        return taken
    }
}

/// Reads a body that is in memory: one chunk.
final class BytesReader: BodyReader {
    private let bytes: Mutex<[UInt8]?>

    init(_ bytes: [UInt8]) {
        self.bytes = Mutex(bytes.isEmpty ? nil : bytes)
    }

    func read() async throws -> [UInt8]? {
        try Task.checkCancellation()
        return bytes.withLock { $0.take() }
    }

    func cancel() {
        bytes.withLock { $0 = nil }
    }
}
