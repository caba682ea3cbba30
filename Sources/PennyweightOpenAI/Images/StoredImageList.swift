internal import PennyweightJSON
internal import PennyweightMiddleware

/// A stored answer with references to its images.
struct StoredImageList: StoredMediaAnswer {
    private struct Place {
        let image: JSONNode
        let name: JSONNode
        let value: JSONNode
        let reference: ImageReference
    }

    private let document: JSONDocument
    private let places: [Place]

    /// Reads a stored answer; nil if an image of it has no reference.
    init?(_ body: [UInt8]) {
        guard let document = try? JSONDocument(body), let data = document.root["data"]?.elements,
            !data.isEmpty
        else { return nil }
        let places = data.compactMap(StoredImageList.place)
        guard places.count == data.count else { return nil }
        self.document = document
        self.places = places
    }

    var media: [StoredMedia] { places.map(\.reference.item) }

    var originalForm: MediaForm? {
        guard let first = places.first, first.reference.isOriginal else { return nil }
        return first.name.string == ImageReference.urlName ? .url : .base64
    }

    func filled(with values: [[UInt8]], as form: MediaForm) -> [UInt8] {
        let name = form == .url ? ImageReference.urlName : ImageReference.base64Name
        var edits: [JSONEdit] = []
        for (place, value) in zip(places, values) {
            edits.append(JSONEdit(place.value.range, StoredImageList.text(value, of: form)))
            guard place.name.string != name else { continue }
            edits.append(JSONEdit(place.name.range, JSONValue.text(name).bytes))
            // The provider may have named the other form as well, as null.
            edits += place.image.edits(setting: [], removing: [name])
        }
        return document.applying(edits)
    }

    /// Base64 is visible ASCII without a quote or a backslash.
    private static func text(_ value: [UInt8], of form: MediaForm) -> [UInt8] {
        if form == .url { return JSONValue.text(String(decoding: value, as: UTF8.self)).bytes }
        return [UInt8(ascii: "\"")] + value + [UInt8(ascii: "\"")]
    }

    private static func place(_ image: JSONNode) -> Place? {
        for (name, value) in image.members where ImageReference.names.contains(where: { name.string == $0 }) {
            guard let reference = ImageReference(value) else { continue }
            return Place(image: image, name: name, value: value, reference: reference)
        }
        return nil
    }
}
