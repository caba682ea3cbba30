/// Why the images of an answer can't be kept, or served: the call goes on without.
struct MediaProblem: Error, Sendable, CustomStringConvertible {
    /// What `Cache-Status` says of it.
    enum Detail: String, Sendable {
        /// The answer is not one with all images that were asked for, or one of them is no base64.
        case unreadable = "media-unreadable"
        /// A URL that is not fetched, or whose answer is no whole image.
        case notFetched = "media-not-fetched"
        /// Larger than the policy or the store allows.
        case tooLarge = "media-too-large"
        /// The store can't be written.
        case notStored = "media-not-stored"
    }

    let detail: Detail
    /// What happened. Names a host, never a path or query: those may hold a credential.
    let description: String

    init(_ detail: Detail, _ description: String) {
        self.detail = detail
        self.description = description
    }
}

/// The bytes of an entry are gone, or there is no way to give them in the form that was asked for.
enum MediaAbsence: Error {
    /// They were evicted: the entry is of no use to anybody.
    case evicted
    /// This caller can't have them in its form.
    case formless
}
