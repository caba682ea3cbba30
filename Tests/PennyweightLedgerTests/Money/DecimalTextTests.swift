import Testing

@testable import PennyweightLedger

@Suite("DecimalText")
struct DecimalTextTests {
    @Test(
        "scales by any count of decimals",
        arguments: [
            ("0.15", 6, Int64(150_000)), ("0.000001", 6, 1), ("1000000", 6, 1_000_000_000_000), ("5", 0, 5),
            ("5.000", 0, 5), ("0.0000001", 6, nil), ("5.1", 0, nil), ("", 6, nil), ("-", 6, nil),
            ("-1.5", 1, -15),
        ] as [(String, Int, Int64?)])
    func scaled(text: String, decimals: Int, value: Int64?) {
        #expect(DecimalText.scaled(text, decimals: decimals) == value)
    }

    @Test("writes without trailing zeros, at the ends of the range too")
    func text() {
        #expect(DecimalText.text(0, decimals: 12) == "0")
        #expect(DecimalText.text(10, decimals: 1) == "1")
        #expect(DecimalText.text(-5, decimals: 3) == "-0.005")
        #expect(DecimalText.text(120, decimals: 0) == "120")
        #expect(DecimalText.text(.min, decimals: 12) == "-170141183460469231731687303.715884105728")
        #expect(DecimalText.text(.max, decimals: 12) == "170141183460469231731687303.715884105727")
    }
}
