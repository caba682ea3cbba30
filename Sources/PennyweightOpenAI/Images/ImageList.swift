internal import PennyweightJSON
internal import PennyweightMiddleware

/// The images in the answer to a request for some, as the provider gives them.
struct ImageList: MediaAnswer {
    private struct Place {
        let value: Range<Int>
        let source: MediaSource
    }

    private let document: JSONDocument
    private let places: [Place]

    /// Reads a plain answer; nil unless it has exactly as many images as were asked for, each in one form,
    /// the same for all.
    init?(_ answer: [UInt8], count: Int?) {
        guard let document = try? JSONDocument(answer), document.root["error"]?.isNull ?? true,
            document.root.members.count(where: { $0.name.string == "data" }) == 1,
            let data = document.root["data"]?.elements, !data.isEmpty, count ?? data.count == data.count
        else { return nil }
        let places = data.compactMap(ImageList.place)
        guard places.count == data.count else { return nil }
        let urls = places.count { if case .url = $0.source { true } else { false } }
        guard urls == 0 || urls == places.count else { return nil }
        self.document = document
        self.places = places
    }

    var sources: [MediaSource] { places.map(\.source) }

    func stored(with media: [StoredMedia], isOriginal: Bool) -> [UInt8] {
        let edits = zip(places, media).map { place, item in
            JSONEdit(place.value, ImageReference(item, isOriginal: isOriginal).json.bytes)
        }
        return document.applying(edits)
    }

    /// The one member of an image that has its bytes, or says where they are.
    private static func place(_ image: JSONNode) -> Place? {
        let given = image.members.filter { name, value in
            ImageReference.names.contains { name.string == $0 } && !value.isNull
        }
        guard given.count == 1, let (name, value) = given.first, let text = value.text?.utf8 else {
            return nil
        }
        let source =
            name.string == ImageReference.urlName
            ? MediaSource.url(String(decoding: text, as: UTF8.self)) : MediaSource.base64(text)
        return Place(value: value.range, source: source)
    }
}
