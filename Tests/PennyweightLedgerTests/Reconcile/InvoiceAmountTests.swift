import PennyweightLedger
import Testing

@Suite("InvoiceAmount")
struct InvoiceAmountTests {
    @Test(
        "decimal text is read exactly, with exponents and with more decimals than money has",
        arguments: [
            ("0.06", "0.06"), ("1.5e-05", "0.000015"), ("2E3", "2000"), ("-0.25", "-0.25"), ("0", "0"),
            ("0.003835980000000000000000000000", "0.00383598"),
            ("0.10000000149011612", "0.10000000149011612"),
            ("170000000000000", "170000000000000"),
            ("0.000000000000000000000001", "0.000000000000000000000001"),
            ("1e+2", "100"), ("0e-90", "0"), ("0.000", "0"),
        ])
    func reads(text: String, expected: String) {
        #expect(InvoiceAmount(decimal: text)?.text == expected)
    }

    @Test(
        "what is not an exact amount is refused",
        arguments: [
            "", "-", ".", "1.", ".5", "1,5", "1e", "1e-", "1e9999", "NaN", "0x1", "1.5.2", " 1", "--1",
            "1e2e3",
            "0.0000000000000000000000001", "999999999999999999", "1e-25",
        ])
    func refuses(text: String) {
        #expect(InvoiceAmount(decimal: text) == nil)
    }

    @Test("an amount of the ledger is the same amount, and saturates beyond the range")
    func fromLedger() {
        #expect(InvoiceAmount(MoneyTotal(picos: 165_000_000)).text == "0.000165")
        #expect(InvoiceAmount(MoneyTotal(picos: .max)).yoctos == .max)
        #expect(InvoiceAmount(MoneyTotal(picos: -.max)).yoctos == .min)
        #expect(InvoiceAmount(MoneyTotal(picos: -2_000_000_000_000)).description == "-$2")
    }
}
