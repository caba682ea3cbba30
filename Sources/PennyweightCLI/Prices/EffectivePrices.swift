#if Gateway
private import Foundation
internal import PennyweightGateway
private import PennyweightJSON
internal import PennyweightLedger

/// The prices that the gateway counts with: the shipped book, and the operator's overlay over it.
enum EffectivePrices {
    /// The book of a configuration. Throws ``ConfigurationError`` with the file, the line, the model and the
    /// field of what is wrong in its overlay.
    static func book(_ configuration: GatewayConfiguration) throws -> PriceBook {
        try book(overlay: configuration.pricesFile, region: configuration.upstream.region)
    }

    /// The shipped book, overlaid by a file if there is one.
    static func book(overlay path: String?, region: String? = nil) throws -> PriceBook {
        let shipped = try PriceBook.shipped()
        guard let path else { return shipped }
        let bytes = try bytes(of: path)
        do {
            return try shipped.overlaid(by: PriceOverlay(json: bytes), region: region)
        } catch {
            throw ConfigurationError(["File \(path): \(error)"])
        }
    }

    /// The shipped book, overlaid by a file; or the book that the file is.
    static func book(file path: String?, region: String?) throws -> PriceBook {
        guard let path else { return try PriceBook.shipped() }
        let bytes = try bytes(of: path)
        let schema = (try? JSONDocument(bytes))?.root["schema"]?.string
        guard schema == PriceBook.fileSchema else { return try book(overlay: path, region: region) }
        do {
            return try PriceBook(json: bytes)
        } catch {
            throw ConfigurationError(["File \(path): \(error)"])
        }
    }

    /// The bytes of a file. Throws ``ConfigurationError`` if it can't be read.
    static func bytes(of path: String) throws -> [UInt8] {
        guard let contents = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError([
                "File \(path): it can't be read; check the path and who may read it."
            ])
        }
        return Array(contents)
    }
}
#endif
