/// What a provider's export and the ledger both count.
public enum InvoiceFigure: String, Sendable, Hashable, CaseIterable, Comparable {
    case requests
    /// All tokens of prompts, cached ones included.
    case inputTokens = "input_tokens"
    case cachedInputTokens = "cached_input_tokens"
    case outputTokens = "output_tokens"
    case images
    case characters
    case seconds
    /// In whole 10⁻²⁴ dollars: see ``InvoiceAmount``.
    case cost = "cost_usd"

    /// A quantity of this figure as exact text: a count, or dollars.
    public func text(_ quantity: Int128) -> String {
        self == .cost ? InvoiceAmount(yoctos: quantity).text : String(quantity)
    }

    /// The text for a person: dollars have their sign.
    public func shown(_ quantity: Int128) -> String {
        self == .cost ? InvoiceAmount(yoctos: quantity).description : String(quantity)
    }

    public static func < (left: InvoiceFigure, right: InvoiceFigure) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}
