private import Dispatch

#if canImport(Darwin)
private import Darwin
#elseif canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#elseif canImport(Android)
private import Android
#endif

/// Finds the addresses that a host's name stands for.
public protocol HostResolver: Sendable {
    /// The addresses in network order, 4 or 16 bytes each; empty if there are none.
    func addresses(of host: String) async -> [[UInt8]]
}

/// Asks the system.
public struct SystemHostResolver: HostResolver {
    public init() {}

    public func addresses(of host: String) async -> [[UInt8]] {
        // The system's function blocks its thread for as long as a name server is silent.
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: SystemHostResolver.find(host)) }
        }
    }

    private static func find(_ host: String) -> [[UInt8]] {
        var list: UnsafeMutablePointer<addrinfo>?
        let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        guard getaddrinfo(name, nil, nil, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [[UInt8]] = []
        var next = list
        while let item = next?.pointee {
            if let address = item.ai_addr.flatMap(bytes), !found.contains(address) { found.append(address) }
            next = item.ai_next
        }
        return found
    }

    private static func bytes(_ address: UnsafeMutablePointer<sockaddr>) -> [UInt8]? {
        let raw = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in.self).sin_addr) { Array($0) }
        case AF_INET6:
            return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { Array($0) }
        default: return nil
        }
    }
}
