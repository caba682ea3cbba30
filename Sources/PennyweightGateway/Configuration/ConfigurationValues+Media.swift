#if Gateway
internal import PennyweightMiddleware

extension ConfigurationValues {
    /// Reads where images are fetched from, and what their URLs begin with.
    mutating func readMedia(into media: inout GatewayConfiguration.Media) {
        let wanted = "hosts with commas between them, like img.example.com, without scheme and port"
        read(.mediaHosts, wanted, into: &media.policy.hosts) { text in
            let hosts = text.split(separator: ",").map { $0.filter { $0 != " " }.lowercased() }
            let isRight = hosts.allSatisfy { host in
                (try? BaseURL("https://\(host)"))?.authority == host && !host.contains(":")
            }
            return isRight && !hosts.isEmpty ? hosts : nil
        }
        read(.mediaPublicURL, into: &media.publicURL) { try BaseURL($0) }
    }
}
#endif
