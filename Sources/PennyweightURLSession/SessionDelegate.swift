internal import Foundation
internal import PennyweightPipeline
private import Synchronization

#if canImport(FoundationNetworking)
internal import FoundationNetworking
#endif

/// Receives a session's callbacks and hands them to the exchange of each task.
final class SessionDelegate: NSObject, URLSessionDataDelegate {
    private struct Running {
        let exchange: Exchange
        /// Host and port, for messages.
        let target: String
    }

    private let bufferLimitBytes: Int
    private let running = Mutex<[ObjectIdentifier: Running]>([:])

    init(bufferLimitBytes: Int) {
        self.bufferLimitBytes = bufferLimitBytes
    }

    func register(_ exchange: Exchange, target: String, for task: URLSessionTask) {
        running.withLock { $0[ObjectIdentifier(task)] = Running(exchange: exchange, target: target) }
    }

    private func find(_ task: URLSessionTask) -> Running? {
        running.withLock { $0[ObjectIdentifier(task)] }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        guard let running = find(dataTask) else { return completionHandler(.cancel) }
        do {
            running.exchange.receive(head: try HeadMapping.response(response, from: running.target))
            completionHandler(.allow)
        } catch {
            running.exchange.fail(error)
            completionHandler(.cancel)
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard let running = find(dataTask) else { return }
        let waiting = running.exchange.receive(chunk: Array(data))
        guard waiting > bufferLimitBytes else { return }
        #if canImport(FoundationNetworking)
        // Resuming a suspended task closes the connection and sends the request again
        // (swift-corelibs-foundation, Swift 6.3): it would be paid twice. So a task is never suspended here.
        let message =
            "More than \(bufferLimitBytes) bytes from \(running.target) wait to be read; read faster."
        running.exchange.fail(Failure(.bodyTooLarge, message))
        dataTask.cancel()
        #else
        dataTask.suspend()
        running.exchange.whenDrained { dataTask.resume() }
        #endif
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard let running = running.withLock({ $0.removeValue(forKey: ObjectIdentifier(task)) }) else {
            return
        }
        guard let error else { return running.exchange.finish() }
        let wasCounted = task.countOfBytesSent > 0
        running.exchange.fail(FailureMapping.error(error, wasSent: wasCounted, target: running.target))
    }
}
