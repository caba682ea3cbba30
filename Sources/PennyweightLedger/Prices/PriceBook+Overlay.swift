private import PennyweightTime

extension PriceBook {
    /// This book with other prices laid over it.
    ///
    /// A price that the overlay made or changed has a version of its own, which names the overlay and its
    /// digest; every other price keeps its version. Nothing is rounded: throws a ``PriceBookError`` for a
    /// rate that a discount doesn't divide into whole pico-dollars, for a discount of a provider or model
    /// that the book doesn't have, and for a name that would belong to two models.
    ///
    /// The region is the one that calls are made in. Of others it is no error if a discount isn't exact:
    /// the model has no price there then.
    public func overlaid(
        by overlay: PriceOverlay, region: String? = nil
    ) throws(PriceBookError) -> PriceBook {
        for discount in overlay.discounts where !models.contains(where: discount.covers) {
            throw PriceBookError(
                line: discount.line, model: discount.model,
                field: discount.model == nil ? "provider" : "model",
                problem: "the book lists no such model"
                    + (discount.provider.map { " of '\($0)'" } ?? "") + ", so that nothing is reduced; see "
                    + "'pennyweight prices list'")
        }
        let version = "\(version)+\(overlay.version)"
        var own: [String: PricedModel] = [:]
        for model in overlay.models { own["\(model.provider)/\(model.id)"] = model }
        let ownNames = Set(overlay.models.map { "\($0.provider)/\($0.id)" })
        var merged: [PricedModel] = []
        for model in models {
            let reduced = try PriceBook.reduced(model, by: overlay.discounts, version, region)
            let aliases = model.aliases.filter { !ownNames.contains("\(model.provider)/\($0)") }
            let custom = own.removeValue(forKey: "\(model.provider)/\(model.id)")
            merged.append(reduced.overlaid(by: custom, aliases: aliases, version: version))
        }
        merged += overlay.models.filter { own["\($0.provider)/\($0.id)"] != nil }
            .map { $0.stamped(version) }
        try PriceBook.makeSureNamesAreUnique(merged, overlay)
        return PriceBook(version: version, models: merged)
    }

    /// The model with each price split where a discount begins.
    private static func reduced(
        _ model: PricedModel, by discounts: [Discount], _ version: String, _ region: String?
    ) throws(PriceBookError) -> PricedModel {
        let holding = discounts.filter { $0.covers(model) }
        guard let first = model.prices.first?.effectiveFrom, !holding.isEmpty else { return model }
        let starts = Set(model.prices.map(\.effectiveFrom) + holding.compactMap(\.effectiveFrom))
        var prices: [Price] = []
        for day in starts.sorted() where day >= first {
            guard let listed = model.prices.last(where: { $0.effectiveFrom <= day }) else { continue }
            let discount = holding.filter { $0.effectiveFrom.map { $0 <= day } ?? true }
                .max { left, right in
                    guard left.exactness == right.exactness else { return left.exactness < right.exactness }
                    guard let leftDay = left.effectiveFrom else { return true }
                    return right.effectiveFrom.map { leftDay < $0 } ?? false
                }
            guard let discount else {
                prices.append(listed)
                continue
            }
            var price = try discount.applied(to: listed, of: model, region: region)
            price.effectiveFrom = day
            price.version = "\(version)/\(model.provider)/\(model.id)@\(day)"
            prices.append(price)
        }
        return model.with(prices)
    }

    private static func makeSureNamesAreUnique(
        _ models: [PricedModel], _ overlay: PriceOverlay
    ) throws(PriceBookError) {
        var owners: [String: PricedModel] = [:]
        for model in models {
            for name in [model.id] + model.aliases {
                guard let other = owners.updateValue(model, forKey: "\(model.provider)/\(name)") else {
                    continue
                }
                let lines = [model, other].compactMap { overlay.lines["\($0.provider)/\($0.id)"] }
                throw PriceBookError(
                    line: lines.first ?? 1, model: model.id, field: "aliases",
                    problem: "'\(name)' of \(model.provider) is a name of '\(other.id)', too; "
                        + "remove one of the two")
            }
        }
    }
}

extension PricedModel {
    /// The same model with other prices.
    func with(_ prices: [Price]) -> PricedModel {
        PricedModel(
            id: id, provider: provider, aliases: aliases, mode: mode, inputLimit: inputLimit,
            outputLimit: outputLimit, prices: prices)
    }

    /// The same model with the versions of another book.
    fileprivate func stamped(_ version: String) -> PricedModel {
        with(
            prices.map { price in
                var price = price
                price.version = "\(version)/\(provider)/\(id)@\(price.effectiveFrom)"
                return price
            })
    }

    /// The model with prices of one's own from their first day on; its names and limits where those have
    /// none.
    fileprivate func overlaid(by custom: PricedModel?, aliases: [String], version: String) -> PricedModel {
        let limit = custom?.outputLimit ?? outputLimit
        let promptLimit = custom?.inputLimit ?? inputLimit
        var all = prices
        if let custom = custom?.stamped(version), let first = custom.prices.first?.effectiveFrom {
            all = prices.filter { $0.effectiveFrom < first }
            all += custom.prices.map { price in
                var price = price
                price.outputLimit = limit
                price.inputLimit = promptLimit
                return price
            }
        }
        return PricedModel(
            id: id, provider: provider,
            aliases: custom.map { $0.aliases.isEmpty ? aliases : $0.aliases } ?? aliases,
            mode: custom?.mode ?? mode, inputLimit: promptLimit, outputLimit: limit,
            prices: all)
    }
}
