#if Gateway
import Foundation
import Logging
import PennyweightLedger
import PennyweightMiddleware
import Testing

@testable import PennyweightGateway

@Suite struct GatewayConfigurationTests {
    private func read(
        _ yaml: String? = nil, environment: [String: String] = [:], overrides: [String: String] = [:]
    ) async throws -> GatewayConfiguration {
        guard let yaml else {
            return try await GatewayConfiguration.read(
                file: nil, environment: environment, overrides: overrides)
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).yaml")
        try Data(yaml.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await GatewayConfiguration.read(
            file: file.path, environment: environment, overrides: overrides)
    }

    private func problems(
        _ yaml: String? = nil, environment: [String: String] = ["OPENAI_API_KEY": "sk-test"],
        overrides: [String: String] = [:]
    ) async throws -> [String] {
        do {
            _ = try await read(yaml, environment: environment, overrides: overrides)
            return []
        } catch let error as ConfigurationError {
            return error.problems
        }
    }

    @Test("OpenAI's own two variables are enough")
    func openAIVariables() async throws {
        let plain = try await read(environment: ["OPENAI_API_KEY": "sk-test"])
        #expect(plain.upstream.baseURL.description == "https://api.openai.com/v1")
        #expect(plain.upstream.key?.reveal() == "sk-test")
        #expect(plain.host == "127.0.0.1")
        #expect(plain.port == 8080)
        let local = try await read(environment: ["OPENAI_BASE_URL": "http://localhost:11434/v1/"])
        #expect(local.upstream.baseURL.description == "http://localhost:11434/v1")
        #expect(local.upstream.key == nil)
    }

    @Test("flags are stronger than the environment, which is stronger than the file, then OpenAI's variables")
    func precedence() async throws {
        let yaml = "port: 1\ndata: file\nupstream:\n  baseURL: http://file/v1\n  key: file-key\n"
        let configuration = try await read(
            yaml,
            environment: [
                "PENNYWEIGHT_PORT": "2", "PENNYWEIGHT_DATA": "environment",
                "OPENAI_BASE_URL": "http://openai/v1",
                "OPENAI_API_KEY": "openai-key",
            ],
            overrides: ["port": "3"])
        #expect(configuration.port == 3)
        #expect(configuration.dataDirectory == "environment")
        #expect(configuration.upstream.baseURL.description == "http://file/v1")
        #expect(configuration.upstream.key?.reveal() == "file-key")
    }

    @Test("every key has its place in the file")
    func everyKey() async throws {
        let yaml = """
            host: localhost
            port: 0
            data: /tmp/somewhere
            logLevel: debug
            simulate: false
            upstream: {provider: groq, baseURL: "https://api.groq.com/openai/v1", key: gsk}
            limits: {requestBytes: 1_048_576, answerBytes: 2048}
            timeouts: {callSeconds: 1, silenceSeconds: 2, connectionSeconds: 3, shutdownSeconds: 0}
            cache: {enabled: no, seconds: 4, memoryBytes: 5, diskBytes: 6}
            retry: {attempts: 7}
            rateLimit: {requestsPerMinute: 8}
            drain: {bytes: 9, seconds: 10}
            budget: {usd: 12.5}
            """
        let read = try await read(yaml)
        #expect(read.host == "localhost")
        #expect(read.logLevel == .debug)
        #expect(read.upstream.provider == "groq")
        #expect(read.limits.requestBytes == 1_048_576)
        #expect(read.limits.answerBytes == 2_048)
        #expect(read.timeouts.call == .seconds(1))
        #expect(read.timeouts.silence == .seconds(2))
        #expect(read.timeouts.connection == .seconds(3))
        #expect(read.timeouts.shutdown == .zero)
        #expect(!read.cache.isEnabled)
        #expect(read.cache.policy.timeToLive == .seconds(4))
        #expect(read.cache.memoryBytes == 5)
        #expect(read.cache.diskBytes == 6)
        #expect(read.attempts == 7)
        #expect(read.requestsPerMinute == 8)
        #expect(read.drain.bytes == 9)
        #expect(read.budget == Money(usd: "12.5"))
        #expect(read.drain.duration == .seconds(10))
    }

    @Test("where images lie and how their URLs look is read, and what is none of it is refused")
    func media() async throws {
        let yaml = """
            upstream: {baseURL: "http://x/v1"}
            media:
              bytes: 1
              hosts: "IMG.example.com, cdn.example.com"
              imageBytes: 2048
              fetchSeconds: 3
              urlSeconds: 4
              publicURL: https://images.example.com/x
            """
        let media = try await read(yaml).media
        #expect(media.bytes == 1)
        #expect(media.policy.hosts == ["img.example.com", "cdn.example.com"])
        #expect(media.policy.maximumBytes == 2_048)
        #expect(media.policy.fetchLimit == .seconds(3))
        #expect(media.urlLifetime == .seconds(4))
        #expect(media.publicURL?.description == "https://images.example.com/x")
        for wrong in ["https://a.com", "a.com:443", "a.com/x", ",", "a b.com,*"] {
            let problems = try await problems("media: {hosts: \"\(wrong)\"}\nsimulate: true\n")
            #expect(problems.count == 1 && problems.first?.contains("media.hosts") == true, "\(wrong)")
        }
        let problems = try await problems("media: {publicURL: nowhere}\nsimulate: true\n")
        #expect(problems.first?.contains("media.publicURL") == true)
    }

    @Test("a misspelt key names itself, its file, and what was meant")
    func unknownKey() async throws {
        let problems = try await problems("upstream:\n  baseUrl: http://x/v1\nzzzzzz: 1\n")
        #expect(problems.count == 2)
        #expect(
            problems[0].contains(
                "key 'upstream.baseUrl': there is no such key; did you mean 'upstream.baseURL'?"))
        #expect(problems[0].contains(".yaml"))
        #expect(problems[1].contains("'zzzzzz'"))
        #expect(
            try await self.problems(overrides: ["prot": "1"]) == ["Flag for 'prot': there is no such key."])
    }

    @Test("a wrong value names its key, its place, and what to give")
    func wrongValues() async throws {
        let fromFile = try await problems("port: http\n")
        #expect(fromFile.count == 1)
        #expect(
            fromFile[0].hasSuffix("key 'port': 'http' can't be used; give a whole number from 0 to 65535."))
        let fromEnvironment = try await problems(
            environment: ["OPENAI_API_KEY": "k", "PENNYWEIGHT_TIMEOUTS_CALL_SECONDS": "1.5"])
        #expect(
            fromEnvironment == [
                "Environment variable PENNYWEIGHT_TIMEOUTS_CALL_SECONDS: '1.5' can't be used; "
                    + "give whole seconds from 1 to 86400."
            ])
        #expect(try await problems("port: [1, 2]\n").first?.contains("a list can't stand here") == true)
        #expect(try await problems("data: ''\n").first?.contains("it is empty") == true)
    }

    @Test(
        "a limit that can't be used is an error, never no limit",
        arguments: [
            "budget: {usd: -1}", "budget: {usd: lots}", "rateLimit: {requestsPerMinute: 0}",
            "rateLimit: {requestsPerMinute: -5}", "rateLimit: {requestsPerMinute: many}",
        ])
    func wrongLimits(yaml: String) async throws {
        let problems = try await problems(yaml + "\n")
        #expect(problems.count == 1)
        #expect(problems.first?.contains("can't be used; give ") == true)
    }

    @Test("every problem is told at once")
    func allProblems() async throws {
        let problems = try await problems("port: x\nretry: {attempts: 0}\nlogLevel: loud\n")
        #expect(problems.count == 3)
    }

    @Test(
        "a base URL that a path can't follow is refused",
        arguments: ["ftp://x", "http://", "x", "http://x/v1?a=b", "http://user:secret@x/v1", "http://:80"])
    func baseURLs(url: String) async throws {
        let problems = try await problems(overrides: ["upstream.baseURL": url])
        #expect(problems.count == 1)
        #expect(problems.first?.contains("secret") == false)
    }

    @Test(
        "what other machines reach is told apart: whether it is served depends on the keys",
        arguments: ["0.0.0.0", "::", "192.168.1.2", "example.com", "127.0.0.1.evil.test"])
    func otherHosts(host: String) async throws {
        let configuration = try await read(
            environment: ["OPENAI_API_KEY": "sk-test"], overrides: ["host": host])
        #expect(!configuration.isLoopback)
        #expect(configuration.hostPlace == "Flag for 'host'")
    }

    @Test(
        "an admin key is long, and is never shown",
        arguments: ["short", "0123456789012345678901234567890", "a b"])
    func adminKey(key: String) async throws {
        let problems = try await problems(environment: ["OPENAI_API_KEY": "x", "PENNYWEIGHT_ADMIN_KEY": key])
        #expect(problems.count == 1)
        #expect(problems[0].contains("PENNYWEIGHT_ADMIN_KEY"))
        #expect(!problems[0].contains(key))
        let long = String(repeating: "k", count: 32)
        let read = try await read(environment: ["OPENAI_API_KEY": "x", "PENNYWEIGHT_ADMIN_KEY": long])
        #expect(read.adminKey?.reveal() == long)
        #expect(!"\(read)".contains(long))
    }

    @Test("keys may be asked for before there is one")
    func keysRequired() async throws {
        let read = try await read(environment: ["OPENAI_API_KEY": "x", "PENNYWEIGHT_KEYS_REQUIRED": "true"])
        #expect(read.requiresKeys)
    }

    @Test("loopback has several names", arguments: ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
    func loopback(host: String) async throws {
        #expect(try await problems(overrides: ["host": host]).isEmpty)
    }

    @Test("OpenAI without a key is refused, the simulated provider needs none")
    func missingKey() async throws {
        let problems = try await problems(environment: [:])
        #expect(problems.count == 1)
        #expect(problems[0].contains("OPENAI_API_KEY"))
        #expect(try await self.problems(environment: [:], overrides: ["simulate": "true"]).isEmpty)
    }

    @Test("a file that is missing or no YAML is told by its name")
    func unreadableFile() async throws {
        let missing = await #expect(throws: ConfigurationError.self) {
            try await GatewayConfiguration.read(file: "/nowhere/p.yaml", environment: [:])
        }
        #expect(missing?.problems.first?.contains("/nowhere/p.yaml") == true)
        #expect(try await problems("[1]").first?.contains("can't be read as YAML") == true)
    }

    @Test("every key has its variable", arguments: ConfigurationKey.allCases)
    func everyVariable(key: ConfigurationKey) async throws {
        let sources = try await ConfigurationSources(
            file: nil, environment: [key.variable: "x"], overrides: [:])
        #expect(try sources.find(key)?.place == "Environment variable \(key.variable)")
        #expect(ConfigurationSources.unknownVariables(of: [key.variable: "x"]).isEmpty)
    }

    @Test("a misspelt variable names itself and what was meant, and not its value")
    func unknownVariable() async throws {
        let problems = try await problems(environment: [
            "OPENAI_API_KEY": "k", "PENNYWEIGHT_BUDGET_US": "5", "PENNYWEIGHT_UPSTREAM_BASEURL": "secret",
            "PENNYWEIGHT_SOMETHING_ELSE": "1", "pennyweight_port": "1", "PATH": "/bin",
        ])
        #expect(
            problems == [
                "Environment variable PENNYWEIGHT_BUDGET_US: there is no such setting; "
                    + "did you mean PENNYWEIGHT_BUDGET_USD?",
                "Environment variable PENNYWEIGHT_SOMETHING_ELSE: there is no such setting; unset it.",
                "Environment variable PENNYWEIGHT_UPSTREAM_BASEURL: there is no such setting; "
                    + "did you mean PENNYWEIGHT_UPSTREAM_BASE_URL?",
            ])
    }

    @Test(
        "a file without a key is a configuration", arguments: ["", "\n", "# port: 1\n\n  # more\n", "---\n"])
    func emptyFile(yaml: String) async throws {
        #expect(try await problems(yaml).isEmpty)
    }

    @Test("a value where a section is expected suggests a key of the section")
    func scalarSection() async throws {
        let problems = try await problems("retry: 3\n")
        #expect(problems.count == 1)
        #expect(problems.first?.hasSuffix("did you mean 'retry.attempts'?") == true)
    }

    @Test("OpenAI's variables count as unset if they are empty")
    func emptyVariables() async throws {
        let problems = try await problems(environment: ["OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""])
        #expect(problems.count == 1)
        #expect(problems.first?.contains("OpenAI asks for a key") == true)
    }

    @Test("a directory is told to be one, and no message ends twice")
    func directory() async throws {
        let error = await #expect(throws: ConfigurationError.self) {
            try await GatewayConfiguration.read(file: "/tmp", environment: [:])
        }
        #expect(error?.problems == ["File /tmp: it is a directory; give the path of a YAML file."])
        for yaml in ["[1]", "a: [", "x"] {
            #expect(try await problems(yaml).first?.contains("..") == false)
        }
    }

    @Test("a key never shows itself")
    func hiddenKey() async throws {
        let configuration = try await read("upstream: {key: sk-secret}\n")
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("sk-secret"))
        #expect(!"\(configuration)".contains("sk-secret"))
        #expect(!String(reflecting: configuration).contains("sk-secret"))
        for yaml in ["upstream: {key: [sk-secret]}\n", "upstream: {key: sk-secret with space}\n"] {
            let problems = try await problems(yaml)
            #expect(problems.count == 1)
            #expect(problems.first?.contains("sk-secret") == false)
        }
    }
}
#endif
