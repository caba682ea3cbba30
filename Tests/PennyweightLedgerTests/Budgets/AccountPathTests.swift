import PennyweightLedger
import Testing

@Suite("AccountPath")
struct AccountPathTests {
    @Test("a path has one to eight names", arguments: ["a", "a/b", "A.b_c-1/2", "a/b/c/d/e/f/g/h"])
    func valid(path: String) {
        #expect(AccountPath.isValid(path))
    }

    @Test(
        "anything else is no account",
        arguments: ["", "/", "a/", "/a", "a//b", "a b", "a/b/c/d/e/f/g/h/i", "ä", "a\n", "a|b"])
    func invalid(path: String) {
        #expect(!AccountPath.isValid(path))
    }

    @Test("a name has at most 64 bytes")
    func length() {
        #expect(AccountPath.isValid(String(repeating: "a", count: 64)))
        #expect(!AccountPath.isValid("a/" + String(repeating: "a", count: 65)))
    }

    @Test("a lineage goes from the top to the account")
    func lineage() {
        #expect(AccountPath.lineage(of: "acme/search/prod") == ["acme", "acme/search", "acme/search/prod"])
        for ancestor in AccountPath.lineage(of: "acme/search/prod") {
            #expect(AccountPath.isCovered("acme/search/prod", by: ancestor))
        }
    }
}
