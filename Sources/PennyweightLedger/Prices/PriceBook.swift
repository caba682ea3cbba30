private import PennyweightJSON
public import PennyweightTime

/// Models and what they have cost since when.
///
/// ```swift
/// let book = try PriceBook.shipped()
/// let price = book.price(of: "gpt-4o-mini", provider: "openai", at: time.now())
/// let charge = price?.charge(for: Usage(tokens: TokenUsage(input: 1_000, output: 500)))  // exactly $0.00045
/// ```
///
/// Prices of one's own are laid over it: ``overlaid(by:region:)``.
public struct PriceBook: Sendable {
    /// The day on which the figures were taken: `2026-11-22`. An overlaid book adds the overlay's version:
    /// `2026-11-22+acme-0f3c…`.
    public let version: String
    /// Sorted by id, then by provider.
    public let models: [PricedModel]
    /// Indices into `models` by id and alias.
    private let indices: [String: [Int]]

    /// The book that is part of this library. It is parsed once in a process.
    public static func shipped() throws(PriceBookError) -> PriceBook {
        try shippedBook.get()
    }

    /// What a price file names as its schema.
    public static let fileSchema = "pennyweight-prices/1"

    /// Reads a price file of the schema `pennyweight-prices/1`.
    ///
    /// Throws a ``PriceBookError`` with the line, the model and the field, and what to do.
    public init(json: [UInt8]) throws(PriceBookError) {
        let reader = try PriceBookReader(json)
        self.init(version: reader.version, models: try reader.models())
    }

    /// Names are unique within a provider, which the readers check.
    init(version: String, models: [PricedModel]) {
        self.version = version
        self.models = models.sorted { ($0.id, $0.provider) < ($1.id, $1.provider) }
        var indices: [String: [Int]] = [:]
        for (index, model) in self.models.enumerated() {
            for name in [model.id] + model.aliases { indices[name, default: []].append(index) }
        }
        self.indices = indices
    }

    /// The price of a model at a time and in a region: the newest that is in effect then.
    ///
    /// The name is an id or an alias of the book as it is written there: a dated snapshot that the book
    /// doesn't list has no price, even if the model without the date has one. A provider narrows the
    /// search to its models; without one, a name has a price only if all providers that have it ask the
    /// same. Without a region the base holds; a region that a price with regions doesn't list has no price.
    /// The hour matters for providers that are cheaper off-peak. The service tier and the context tier are
    /// those of the usage: ``Price/charge(for:)``.
    public func price(
        of model: String, provider: String?, region: String? = nil, at time: Timestamp
    ) -> Price? {
        let day = time.day
        return self.model(named: model, provider: provider)?.prices
            .last { $0.effectiveFrom <= day }?.inRegion(region)?.at(time)
    }

    /// The price of an answer: that of the model which ran.
    ///
    /// If that one has none, it is the price of the model that was asked for, but only if the executed one
    /// is a dated snapshot of it: `gpt-4o-2024-08-06` for `gpt-4o`, never `gpt-4o-mini`. Without an executed
    /// model, the one that was asked for counts. `time` is when the attempt began, so that a price which
    /// changes while it runs doesn't.
    public func price(
        ofExecuted executed: String?, asked: String, provider: String?, region: String? = nil,
        at time: Timestamp
    ) -> Price? {
        let price = { self.price(of: $0, provider: provider, region: region, at: time) }
        guard let executed, executed != asked else { return price(asked) }
        if let exact = price(executed) { return exact }
        // A model that the book knows, but not at this time or in this region, isn't looked up otherwise.
        guard model(named: executed, provider: provider) == nil else { return nil }
        return ModelName.isSnapshot(executed, of: asked) ? price(asked) : nil
    }

    /// The model with this id or alias; nil if there is none, or several that differ in price and no
    /// provider is given.
    public func model(named name: String, provider: String?) -> PricedModel? {
        let candidates = models(named: name, provider: provider)
        guard let first = candidates.first else { return nil }
        return candidates.dropFirst().allSatisfy { $0.costsTheSame(as: first) } ? first : nil
    }

    /// Every model with this id or alias, by provider.
    public func models(named name: String, provider: String? = nil) -> [PricedModel] {
        (indices[name] ?? []).map { models[$0] }.filter { provider == nil || $0.provider == provider }
    }

    private static let shippedBook = Result { () throws(PriceBookError) -> PriceBook in
        let text = ShippedPrices.json
        return try PriceBook(
            json: Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)))
    }
}
