import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("BodyMemo")
struct BodyMemoTests {
    @Test("what was kept is found by the same bytes and label, and by nothing else")
    func exact() {
        let memo = BodyMemo<Int>()
        let body = Array("a body of more than sixteen bytes".utf8)
        memo.keep(1, of: body, label: "POST /a")
        #expect(memo.value(of: Array(body), label: "POST /a") == 1)
        #expect(memo.value(of: body, label: "POST /b") == nil)
        for index in body.indices {
            var other = body
            other[index] ^= 1
            #expect(memo.value(of: other, label: "POST /a") == nil)
        }
        #expect(memo.value(of: body.dropLast(), label: "POST /a") == nil)
        #expect(memo.value(of: body + [0], label: "POST /a") == nil)
        memo.keep(2, of: body, label: "POST /a")
        #expect(memo.value(of: body, label: "POST /a") == 2)
    }

    @Test("it agrees with a dictionary as long as it remembers")
    func model() {
        let random = SeededRandom(seed: 33_001)
        let memo = BodyMemo<Int>(limitBytes: 64 << 10)
        var model: [[UInt8]: Int] = [:]
        var found = 0
        for number in 0..<4_000 {
            let body = Array("body \(random.next(below: 200))".utf8)
            if let value = memo.value(of: body, label: "") {
                #expect(value == model[body], "seed \(random.seed)")
                found += 1
            }
            model[body] = number
            memo.keep(number, of: body, label: "")
        }
        #expect(found > 1_000)
    }

    @Test("it forgets what is old, keeps what is used, and takes nothing that is too large")
    func bounds() {
        let memo = BodyMemo<Int>(limitBytes: 8_192)
        let used = Array("used".utf8)
        memo.keep(-1, of: used, label: "")
        for number in 0..<200 {
            memo.keep(number, of: Array("filling \(number)".utf8), label: "")
            #expect(memo.value(of: used, label: "") == -1)
        }
        #expect(memo.value(of: Array("filling 0".utf8), label: "") == nil)
        #expect(memo.value(of: Array("filling 199".utf8), label: "") == 199)
        let large = [UInt8](repeating: 0, count: 1_025)
        memo.keep(7, of: large, label: "")
        #expect(memo.value(of: large, label: "") == nil)
    }
}
