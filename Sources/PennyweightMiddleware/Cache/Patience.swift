internal import PennyweightTime
private import Synchronization

/// Waits until started work says that it is done, or until the patience is over, whichever is first.
///
/// The work goes on after that. Cancelling the waiting task changes nothing: the wait is short by design.
func waitBriefly(_ patience: Duration, time: any TimeSource, _ start: (_ done: FirstCall) -> Void) async {
    var timer: Task<Void, Never>?
    await withCheckedContinuation { continuation in
        let done = FirstCall(continuation)
        timer = Task {
            try? await time.sleep(for: patience)
            done()
        }
        start(done)
    }
    timer?.cancel()
}

/// Resumes a continuation when it is called first; does nothing after that.
final class FirstCall: Sendable {
    private let continuation: Mutex<CheckedContinuation<Void, Never>?>

    init(_ continuation: CheckedContinuation<Void, Never>) {
        self.continuation = Mutex(continuation)
    }

    func callAsFunction() {
        continuation.withLock { $0.take() }?.resume()
    }
}
