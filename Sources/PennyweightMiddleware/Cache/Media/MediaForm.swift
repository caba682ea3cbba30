/// How a caller gets an image.
public enum MediaForm: Sendable, Hashable {
    /// In the answer itself, in base64.
    case base64
    /// As a URL.
    case url
    /// As the provider gives it to who says nothing.
    case original
}

/// An image in the provider's answer.
public enum MediaSource: Sendable, Hashable {
    /// Its bytes, as the digits of base64.
    case base64([UInt8])
    /// Where it lies, for a while.
    case url(String)
}

/// An image of a stored answer.
public struct StoredMedia: Sendable, Hashable {
    public let media: Media
    /// The provider's URL, if the answer had one and it is worth keeping.
    public let source: String?

    public init(_ media: Media, source: String? = nil) {
        self.media = media
        self.source = source
    }
}

/// A provider's answer with images, all of them in one form.
public protocol MediaAnswer: Sendable {
    /// Its images, in their order.
    var sources: [MediaSource] { get }

    /// The plain answer as it is stored: with references in place of the images, and all else as it was.
    ///
    /// `isOriginal` says that the caller asked for no form, so that this one is the provider's own choice.
    func stored(with media: [StoredMedia], isOriginal: Bool) -> [UInt8]
}

/// A stored answer with references to images.
public protocol StoredMediaAnswer: Sendable {
    /// The images, in their order.
    var media: [StoredMedia] { get }

    /// The form that the provider gives to who asks for none; nil if that is not known.
    var originalForm: MediaForm? { get }

    /// The plain answer with these values in place of the references: URLs, or the digits of base64.
    func filled(with values: [[UInt8]], as form: MediaForm) -> [UInt8]
}
