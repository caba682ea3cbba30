internal import PennyweightGateway
internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// Reads LiteLLM's `model_prices_and_context_window.json`. Figures are taken from the text of the file.
struct LiteLLMTable {
    /// The day from which the prices hold, and on which they were taken: the table has no dates.
    let day: CalendarDay
    /// Whose models are wanted, by our names; empty for all.
    let providers: Set<String>

    private struct Identity: Hashable, Comparable {
        let provider: String
        let model: String

        static func < (left: Identity, right: Identity) -> Bool {
            (left.provider, left.model) < (right.provider, right.model)
        }
    }

    /// Reads the table. Throws a `JSONError` if it is none.
    func read(_ bytes: [UInt8]) throws -> ImportedPrices {
        let root = try JSONDocument(bytes).root
        var imported = ImportedPrices()
        var entries: [Identity: [LiteLLMEntry]] = [:]
        var images: [Identity: [(variant: String, figure: LiteLLMFigure)]] = [:]
        // Keys with a provider in them come first: a bare key of the same model is the same model again.
        let members = root.members.map { (key: $0.name.string ?? "", node: $0.value) }
        for (key, node) in members.filter({ $0.key.contains("/") })
            + members.filter({ !$0.key.contains("/") })
        {
            guard let provider = node["litellm_provider"]?.string, !provider.contains(" ") else { continue }
            let name = LiteLLMName(key: key, provider: provider)
            guard providers.isEmpty || providers.contains(name.provider) else { continue }
            if let (variant, model) = LiteLLMTable.image(name.model) {
                let identity = Identity(provider: name.provider, model: model)
                let output = LiteLLMFigure.perImage(of: node)
                if let output { images[identity, default: []].append((variant, output)) }
                continue
            }
            let mode = node["mode"]?.string ?? "none"
            let skipped =
                LiteLLMName.reasonToSkip(name)
                ?? (LiteLLMEntry.modes[mode] == nil ? "what it does ('\(mode)') isn't priced here" : nil)
            if let skipped {
                imported.notes.append(.init(model: "\(name.provider)/\(key)", reason: skipped))
                continue
            }
            let entry = LiteLLMEntry(name: name, mode: LiteLLMEntry.modes[mode] ?? mode, node: node)
            entries[Identity(provider: name.provider, model: name.model), default: []].append(entry)
        }
        for (identity, found) in LiteLLMTable.withResolutions(entries).sorted(by: { $0.key < $1.key }) {
            add(found, images.removeValue(forKey: identity) ?? [], to: &imported)
        }
        for (identity, figures) in images.sorted(by: { $0.key < $1.key }) {
            let name = "\(identity.provider)/\(identity.model)"
            imported.notes += figures.map {
                .init(model: name, field: $0.variant, reason: "the table has no such model without the size")
            }
        }
        return imported
    }

    /// One model: its entry without a region, those with one as its regions, and its images by size.
    private func add(
        _ found: [LiteLLMEntry], _ images: [(variant: String, figure: LiteLLMFigure)],
        to imported: inout ImportedPrices
    ) {
        var converted: [LiteLLMEntry] = []
        for var entry in found {
            if converted.contains(where: { $0.name == entry.name }) { continue }
            if let reason = entry.convert() {
                imported.notes.append(
                    .init(model: "\(entry.name.provider)/\(entry.name.model)", reason: reason))
                continue
            }
            let left = entry.leftOut()
            imported.inexact += left.inexact
            imported.notes += left.notes
            converted.append(entry)
        }
        guard var base = converted.first(where: { $0.name.region == nil }) else {
            imported.notes += converted.map {
                .init(
                    model: "\($0.name.provider)/\($0.name.model)",
                    reason: "it is listed for '\($0.name.region ?? "")' alone, and a price needs a base")
            }
            return
        }
        for entry in converted {
            if let region = entry.name.region { base.tables.adopt(entry.tables, asRegion: region) }
        }
        add(images, to: &base, &imported)
        guard let price = base.tables.price(from: day, source: "litellm", retrieved: day) else { return }
        imported.models.append(
            PricedModel(
                id: base.name.model, provider: base.name.provider, mode: base.mode,
                inputLimit: base.limit("max_input_tokens"), outputLimit: base.limit("max_output_tokens"),
                prices: [price]))
    }

    private func add(
        _ images: [(variant: String, figure: LiteLLMFigure)], to base: inout LiteLLMEntry,
        _ imported: inout ImportedPrices
    ) {
        guard !base.tables.included.contains(.image) else { return }
        // A price without a size that repeats one of them isn't the price of all others.
        let sizes = images.map(\.figure.amount)
        if let general = base.tables.base[.init(.image)], sizes.contains(.exact(general)) {
            base.tables.remove(.init(.image))
        }
        for (variant, figure) in images {
            let name = "\(base.name.provider)/\(base.name.model)"
            switch figure.amount {
            case .exact(let amount): base.tables.add(amount, for: .init(.image, variant: variant))
            case .inexact:
                imported.inexact.append(
                    .init(model: name, field: variant, reason: "it is no whole number of pico-dollars"))
            case .zero, .none:
                imported.notes.append(.init(model: name, field: variant, reason: "it has no price"))
            }
        }
    }

    /// The entries without those that are another's resolution: the table lists `sora-2-pro` twice, the
    /// provider once.
    private static func withResolutions(
        _ entries: [Identity: [LiteLLMEntry]]
    ) -> [Identity: [LiteLLMEntry]] {
        var entries = entries
        let (plain, high) = (
            Identity(provider: "openai", model: "sora-2-pro"),
            Identity(provider: "openai", model: "sora-2-pro-high-res")
        )
        guard let other = entries[high]?.first, entries[plain] != nil else { return entries }
        entries[high] = nil
        entries[plain]?[0].resolutions = (
            "720p",
            [
                "1024p": other.figures["output_cost_per_second"]
                    ?? other.figures["output_cost_per_video_per_second"]
            ].compactMapValues(\.self)
        )
        return entries
    }

    /// `low/1024-x-1536/gpt-image-1` as `low/1024x1536` and the model; nil for another key.
    static func image(_ key: String) -> (variant: String, model: String)? {
        let parts = key.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, ["low", "medium", "high", "xhigh", "max"].contains(parts[0]) else {
            return nil
        }
        let sides = parts[1].split(separator: "-").map(String.init)
        guard sides.count == 3, sides[1] == "x", Int(sides[0]) != nil, Int(sides[2]) != nil else {
            return nil
        }
        return ("\(parts[0])/\(sides[0])x\(sides[2])", String(parts[2]))
    }
}

extension LiteLLMFigure {
    /// What an entry of one size says an image costs.
    fileprivate static func perImage(of node: JSONNode) -> LiteLLMFigure? {
        for name in ["output_cost_per_image", "input_cost_per_image"] {
            if let value = node[name] { return LiteLLMFigure(name: name, node: value) }
        }
        return nil
    }
}
