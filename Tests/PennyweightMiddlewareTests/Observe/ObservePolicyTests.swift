import PennyweightMiddleware
import Testing

@Suite("ObservePolicy")
struct ObservePolicyTests {
    @Test(
        "a path has the label of its route",
        arguments: [
            ("/chat/completions", "/chat/completions"), ("/models/gpt-4o", "/models/{id}"),
            ("/videos/v1/content", "/videos/{id}/content"), ("/models/", "other"), ("/models/a/b", "other"),
            ("/", "other"), ("", "other"),
        ])
    func labels(path: String, label: String) {
        #expect(ObservePolicy().label(of: path) == label)
    }

    @Test("routes can be added")
    func added() {
        var policy = ObservePolicy()
        policy.routes.append("/jobs/{id}")
        #expect(policy.label(of: "/jobs/7") == "/jobs/{id}")
    }
}
