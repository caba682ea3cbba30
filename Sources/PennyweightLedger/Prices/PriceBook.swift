private import PennyweightJSON
public import PennyweightTime

/// Models and what they have cost since when.
///
/// ```swift
/// let book = try PriceBook.shipped()
/// let price = book.price(of: "gpt-4o-mini", provider: "openai", at: time.now())
/// let charge = price?.charge(for: Usage(tokens: TokenUsage(input: 1_000, output: 500)))  // exactly $0.00045
/// ```
public struct PriceBook: Sendable {
    /// The day on which the figures were taken: `2026-11-22`.
    public let version: String
    /// Sorted by id, then by provider.
    public let models: [PricedModel]
    /// Indices into `models` by id and alias.
    private let indices: [String: [Int]]

    /// The book that is part of this library. It is parsed once in a process.
    public static func shipped() throws(PriceBookError) -> PriceBook {
        try shippedBook.get()
    }

    /// Reads a price file of the schema `pennyweight-prices/1`.
    ///
    /// Throws a ``PriceBookError`` with the line, the model and the field, and what to do.
    public init(json: [UInt8]) throws(PriceBookError) {
        var reader = try PriceBookReader(json)
        let models = try reader.models()
        version = reader.version
        self.models = models.sorted { ($0.id, $0.provider) < ($1.id, $1.provider) }
        var indices: [String: [Int]] = [:]
        for (index, model) in self.models.enumerated() {
            for name in [model.id] + model.aliases { indices[name, default: []].append(index) }
        }
        self.indices = indices
    }

    /// The price of a model at a time: the newest that is in effect then.
    ///
    /// The name is an id or an alias of the book as it is written there: a dated snapshot that the book
    /// doesn't list has no price, even if the model without the date has one. A provider narrows the
    /// search to its models; without one, a name has a price only if all providers that have it ask the
    /// same. The hour matters for providers that are cheaper off-peak.
    public func price(of model: String, provider: String?, at time: Timestamp) -> Price? {
        let day = time.day
        return self.model(named: model, provider: provider)?.prices
            .last { $0.effectiveFrom <= day }?.at(time)
    }

    /// The model with this id or alias; nil if there is none, or several that differ in price and no
    /// provider is given.
    public func model(named name: String, provider: String?) -> PricedModel? {
        let candidates = (indices[name] ?? []).map { models[$0] }
            .filter { provider == nil || $0.provider == provider }
        guard let first = candidates.first else { return nil }
        return candidates.dropFirst().allSatisfy { $0.costsTheSame(as: first) } ? first : nil
    }

    private static let shippedBook = Result { () throws(PriceBookError) -> PriceBook in
        let text = ShippedPrices.json
        return try PriceBook(
            json: Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)))
    }
}
