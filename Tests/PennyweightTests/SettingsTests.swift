import Pennyweight
import Testing

@Suite("Settings")
struct SettingsTests {
    @Test("a wrong base URL is refused before any file is made")
    func baseURL() async throws {
        var settings = Settings()
        settings.baseURL = "not a url"
        settings.directory = "/nonexistent/pennyweight"
        await #expect(throws: InvalidBaseURL.self) { try await Pennyweight.open(settings) }
    }

    @Test("budgets that can't hold are refused before any file is made, each with its reason")
    func budgets() async throws {
        var settings = Settings()
        settings.directory = "/nonexistent/pennyweight"
        settings.budgets = [
            Budget(name: "mine", limit: Money(picos: -1)), Budget(name: "mine", limit: .zero),
        ]
        #expect(settings.policies.metering.budgets == settings.budgets)
        let failure = await #expect(throws: Failure.self) { try await Pennyweight.open(settings) }
        #expect(failure?.code == .invalidRequest)
        #expect(failure?.message.contains("Budget 'mine': The limit -$0.000000000001 is negative") == true)
        #expect(failure?.message.contains("stands there twice") == true)
    }

    @Test("a directory that can't be made is named")
    func directory() async throws {
        var settings = Settings()
        settings.directory = "/dev/null/pennyweight"
        do {
            _ = try await Pennyweight.open(settings)
            Issue.record("opened a directory below a file")
        } catch let failure as Failure {
            #expect(failure.message.contains("/dev/null"))
        }
    }
}
