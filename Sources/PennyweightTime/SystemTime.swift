#if canImport(Darwin)
private import Darwin
#elseif canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#elseif canImport(Android)
private import Android
#endif

/// The machine's clocks. The only file that reads a clock or sleeps.
public struct SystemTime: TimeSource {
    public init() {}

    public func now() -> Timestamp {
        Timestamp(nanoseconds: SystemTime.read(CLOCK_REALTIME))
    }

    public func instant() -> MonotonicInstant {
        MonotonicInstant(nanoseconds: SystemTime.read(CLOCK_MONOTONIC))
    }

    public func sleep(until instant: MonotonicInstant) async throws {
        let wait = instant - self.instant()
        guard wait > .zero else { return try Task.checkCancellation() }
        try await Task.sleep(for: wait)
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
