private import Synchronization

/// The last requests, bounded in number and bytes.
final class RequestLog: Sendable {
    static let keptRequests = 100
    static let keptBytes = 64 << 20

    private let requests = Mutex<[ReceivedRequest]>([])

    /// Oldest first.
    var all: [ReceivedRequest] { requests.withLock { $0 } }

    func add(_ request: ReceivedRequest) {
        requests.withLock { requests in
            requests.append(request)
            var bytes = requests.reduce(0) { $0 + $1.body.count }
            while requests.count > RequestLog.keptRequests
                || (bytes > RequestLog.keptBytes && requests.count > 1)
            {
                bytes -= requests.removeFirst().body.count
            }
        }
    }

    func reset() {
        requests.withLock { $0 = [] }
    }
}
