import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Words that others can't stand for")
struct PhraseTests {
    private func exact(_ text: String) -> [String] { Phrase(text: text, frame: []).exactWords }

    @Test(
        "texts that differ in numbers, names, quotes, signs or negations are parted",
        arguments: [
            ("How did we do in 2019?", "How did we do in 2020?"),
            ("flights from Paris to Rome", "flights from Rome to Paris"),
            ("Is it safe?", "Isn't it safe?"), ("do use it", "do not use it"),
            ("translate \"good morning\"", "translate \"good evening\""),
            ("what is a@example.com", "what is b@example.com"), ("solve x+y", "solve x*y"),
            ("the first one", "the last one"), ("what does `ls` do", "what does `rm` do"),
            ("from 3 to 5", "from 5 to 3"), ("with sugar", "without sugar"),
        ])
    func parts(_ one: String, _ two: String) {
        #expect(exact(one) != exact(two))
    }

    @Test(
        "other words, order, case at the beginning and punctuation don't part",
        arguments: [
            ("What is the capital of France?", "what is the capital of France"),
            ("Please tell me the capital of France.", "What's the capital of France?"),
            ("how do i reset my password", "How do I reset my password?"),
            ("what I'd like to know", "What I like to know"),
            ("Convert 5 miles, please", "please convert 5 miles"),
        ])
    func joins(_ one: String, _ two: String) {
        #expect(exact(one) == exact(two))
    }

    @Test("any text at all is read") func anything() {
        let random = SeededRandom(seed: SystemRandom().next())
        let pieces = ["\"", "`", "“", " ", "a", "B", "7", ".", "\n", "é", "👍", "'", "n't", "«", "»", "-"]
        for _ in 0..<300 {
            let text = (0..<Int(random.next(below: 30))).map { _ in
                pieces[Int(random.next(below: UInt64(pieces.count)))]
            }.joined()
            #expect(exact(text) == exact(text), "seed \(random.seed)")
        }
    }
}
