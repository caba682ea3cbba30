#if canImport(Darwin)
private import Darwin
#elseif canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#elseif canImport(Android)
private import Android
#endif

/// Starts a thread of the operating system: what blocks on the disk must not block the tasks' few threads.
func startThread(_ body: @escaping @Sendable () -> Void) throws {
    final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    #if canImport(Darwin)
    var thread: pthread_t?
    #else
    var thread = pthread_t()
    #endif
    let start = Unmanaged.passRetained(Start(body))
    let result = pthread_create(
        &thread, nil,
        { context in
            #if !canImport(Darwin)
            guard let context else { return nil }
            #endif
            Unmanaged<Start>.fromOpaque(context).takeRetainedValue().body()
            return nil
        }, start.toOpaque())
    guard result == 0 else {
        start.release()
        throw StorageProblem(
            .system(result), "Can't start a thread (error \(result)): raise the limit of threads.")
    }
    #if canImport(Darwin)
    if let thread { pthread_detach(thread) }
    #else
    pthread_detach(thread)
    #endif
}
