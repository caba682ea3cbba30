#if canImport(Darwin)
private import Darwin
#elseif canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#endif

/// Standard output, where what is printed waits in a buffer unless it is a terminal.
enum StandardOutput {
    /// Hands what was printed to whoever reads it now.
    static func flush() {
        fflush(nil)
    }
}
