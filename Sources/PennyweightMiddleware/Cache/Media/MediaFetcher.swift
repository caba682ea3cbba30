private import HTTPTypes
internal import PennyweightPipeline

/// Fetches the images that an answer gives as URLs, before these expire.
///
/// Nothing of the provider's credential goes along, redirects are not followed, and a host other than the
/// provider's must have public addresses only. The addresses are looked up once here and once more by the
/// transport: a name server that is hostile, for a host that is configured, could answer differently.
struct MediaFetcher: Sendable {
    let transport: any Transport
    let provider: BaseURL
    let policy: MediaPolicy
    let resolver: any HostResolver

    /// The bytes at a URL: reading them throws unless they prove to be one whole image.
    func image(at url: String, context: Context) async throws -> any BodyReader {
        let location = try MediaLocation(url, provider: provider, hosts: policy.hosts)
        if !location.isProvider { try await check(location) }
        var head = HTTPRequest(
            method: .get, scheme: location.scheme, authority: location.authority, path: location.target)
        head.headerFields[.accept] = "image/*"
        head.headerFields[.acceptEncoding] = "identity"
        let response: Response
        do {
            response = try await transport.send(
                Request(head: head), context: Context(id: context.id, logger: context.logger))
        } catch let failure as Failure {
            throw MediaProblem(.notFetched, "\(location.host) gave no image: \(failure.code).")
        }
        guard response.status == .ok else {
            throw MediaProblem(
                .notFetched, "\(location.host) answered \(response.status.code) instead of an image.")
        }
        let encoding = response.head.headerFields[.contentEncoding] ?? "identity"
        guard encoding.lowercased() == "identity" else {
            throw MediaProblem(
                .notFetched, "\(location.host) sent an image in encoding \(encoding.prefix(20)).")
        }
        return try WholeImageReader(
            response.body, limitBytes: policy.maximumBytes, host: location.host)
    }

    private func check(_ location: MediaLocation) async throws {
        let addresses = await resolver.addresses(of: location.host)
        guard !addresses.isEmpty else {
            throw MediaProblem(.notFetched, "\(location.host) has no address.")
        }
        guard addresses.allSatisfy(PublicAddress.isOne) else {
            throw MediaProblem(.notFetched, "\(location.host) has an address that is not a public one.")
        }
    }
}
