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
