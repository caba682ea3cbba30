#if Gateway
internal import HTTPTypes
internal import Logging
internal import PennyweightGateway
internal import PennyweightLedger
internal import PennyweightMiddleware
internal import PennyweightPipeline
internal import PennyweightTime

/// Looks at everything that a gateway needs, in the order in which one thing depends on the other.
struct Examination {
    let transport: any Transport
    let time: any TimeSource
    let readConfiguration: () async throws -> GatewayConfiguration

    /// How long the upstream may take to list its models.
    static let upstreamPatience = Duration.seconds(10)
    /// From what age on the newest price deserves a look.
    static let freshPrices = Duration.seconds(90 * 86_400)

    /// The findings. `directory` is looked at if the configuration can't be read.
    func findings(directory: String) async -> [Finding] {
        var findings: [Finding] = []
        var configuration: GatewayConfiguration?
        do {
            let read = try await readConfiguration()
            configuration = read
            findings.append(.fine("configuration", "valid; listens on \(read.host):\(read.port)"))
        } catch let error as ConfigurationError {
            findings += error.problems.map {
                .problem("configuration", $0, fix: "mend this key, then run doctor again")
            }
        } catch {
            findings.append(.problem("configuration", "\(error)", fix: "give another file with --config"))
        }
        findings += await FilesExamination(configuration?.dataDirectory ?? directory).findings()
        findings.append(prices(configuration))
        if let configuration, !configuration.isSimulated {
            findings.append(await upstream(configuration.upstream))
        }
        return findings
    }

    private func prices(_ configuration: GatewayConfiguration?) -> Finding {
        do {
            let book = try configuration.map(EffectivePrices.book) ?? PriceBook.shipped()
            let newest = book.models.flatMap(\.prices).map(\.retrieved).max()
            let message = "\(book.models.count) models, version \(book.version)"
            guard let newest, time.now() - newest.start > Examination.freshPrices else {
                return .fine("prices", message)
            }
            return .warning(
                "prices", "\(message); the newest price is of \(newest)", fix: "update pennyweight")
        } catch let error as ConfigurationError {
            return .problem("prices", error.description, fix: "mend this file, then run doctor again")
        } catch {
            return .problem("prices", "\(error)", fix: "install pennyweight again")
        }
    }

    private func upstream(_ upstream: GatewayConfiguration.Upstream) async -> Finding {
        let pipeline = Pipeline(to: transport) {
            Deadline(limit: Examination.upstreamPatience, time: time)
            Authorize(upstream.baseURL, as: upstream.key.map { .bearer($0) } ?? .none)
        }
        let context = Context(
            id: SortableID(time: SystemTime(), random: SystemRandom()), logger: Logger(label: "doctor"))
        do {
            let response = try await pipeline.send(Request(.get, "/models"), context: context)
            switch response.status.code {
            case 200..<300: return .fine("upstream", "\(upstream.baseURL) answers, and takes the key")
            case 401, 403:
                return .problem(
                    "upstream", "\(upstream.baseURL) refuses the key (\(response.status.code))",
                    fix: "set OPENAI_API_KEY to a valid key")
            case 404:
                return .warning(
                    "upstream", "\(upstream.baseURL) has no /models (404)",
                    fix: "check that OPENAI_BASE_URL ends with the version, as in /v1")
            case let code:
                return .warning("upstream", "\(upstream.baseURL) answers \(code)", fix: "try again later")
            }
        } catch {
            let message = (error as? Failure)?.message ?? "\(error)"
            return .problem("upstream", message, fix: "check OPENAI_BASE_URL, the network, and a proxy")
        }
    }
}
#endif
