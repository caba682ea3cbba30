/// What a `POST` to a route is paid for by.
enum PaidRoute: Sendable, Hashable {
    case chat
    case completion
    case response
    case embedding
    /// Generations, edits and variations.
    case image
    case video
    case videoExtension
    case speech
    /// Transcriptions and translations.
    case transcription
    case moderation
    /// Uploads, cancels, counts or renames: nothing is generated and nothing is charged.
    case free
    /// Anything else, which may cost anything.
    case unknown

    /// Finds the route of a path below the base URL.
    init(_ path: String) {
        let segments = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        switch segments {
        case ["chat", "completions"]: self = .chat
        case ["completions"]: self = .completion
        case ["responses"]: self = .response
        case ["embeddings"]: self = .embedding
        case ["images", "generations"], ["images", "edits"], ["images", "variations"]: self = .image
        case ["videos"]: self = .video
        case ["videos", "extensions"]: self = .videoExtension
        case ["audio", "speech"]: self = .speech
        case ["audio", "transcriptions"], ["audio", "translations"]: self = .transcription
        case ["moderations"]: self = .moderation
        default: self = PaidRoute.isFree(segments) ? .free : .unknown
        }
    }

    private static func isFree(_ segments: [String]) -> Bool {
        switch (segments.first, segments.count) {
        case ("files", _), ("uploads", _): true
        // Metadata of a stored completion.
        case ("chat", 3) where segments[1] == "completions": true
        case ("responses", 2): segments[1] == "input_tokens"
        case ("messages", 2): segments[1] == "count_tokens"
        case ("responses", 3), ("batches", 3): segments[2] == "cancel"
        case ("fine_tuning", 4): ["cancel", "pause"].contains(segments[3])
        default: false
        }
    }
}
