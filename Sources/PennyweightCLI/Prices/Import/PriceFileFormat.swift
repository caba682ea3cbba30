#if Gateway
internal import ArgumentParser
internal import PennyweightGateway
internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// What a file with prices is written in.
enum PriceFileFormat: String, CaseIterable, ExpressibleByArgument {
    case json, csv, litellm

    /// Reads a file. Throws ``ConfigurationError`` with the file, the line, the model and the field of what
    /// is wrong.
    func read(_ path: String, from day: CalendarDay, providers: Set<String>) throws -> ImportedPrices {
        let bytes = try EffectivePrices.bytes(of: path)
        do {
            switch self {
            case .csv: return try CSVPrices(day: day, providers: providers).read(bytes)
            case .litellm: return try LiteLLMTable(day: day, providers: providers).read(bytes)
            case .json: return try PriceFileFormat.json(bytes, providers)
            }
        } catch let error as PriceBookError {
            throw ConfigurationError(["File \(path): \(error)"])
        } catch let error as JSONError {
            throw ConfigurationError(["File \(path): it is not JSON: \(error)"])
        }
    }

    /// A price book, or an overlay.
    private static func json(_ bytes: [UInt8], _ providers: Set<String>) throws -> ImportedPrices {
        let isBook = try JSONDocument(bytes).root["schema"]?.string == "pennyweight-prices/1"
        var imported = ImportedPrices()
        if isBook {
            imported.models = try PriceBook(json: bytes).models
        } else {
            let overlay = try PriceOverlay(json: bytes)
            imported.models = overlay.models
            imported.discounts = overlay.discounts
        }
        guard !providers.isEmpty else { return imported }
        imported.models = imported.models.filter { providers.contains($0.provider) }
        imported.discounts = imported.discounts.filter { $0.provider.map(providers.contains) ?? true }
        return imported
    }
}
#endif
