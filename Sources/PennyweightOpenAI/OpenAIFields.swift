public import PennyweightMiddleware

/// The short list of what is no part of the cache key, endpoint by endpoint.
///
/// A member that is not listed is in the key, known or not: a new parameter of the API parts answers on the
/// day it appears.
public struct OpenAIFields: Sendable, Hashable {
    /// The endpoint and a version: `chat/1`.
    public let name: String
    /// Members that say how the answer travels, not what it is.
    public let transportOnly: [String]
    /// Members that say for whom the answer is or where the provider keeps its own cache. They are left out
    /// only where policy says that callers who differ in them share answers.
    public let attributionOnly: [String]

    /// `POST /chat/completions`.
    public static let chat = OpenAIFields(
        name: "chat/1", transportOnly: ["stream", "stream_options"],
        attributionOnly: ["user", "metadata", "safety_identifier", "prompt_cache_key"])
    /// `POST /completions`.
    public static let completions = OpenAIFields(
        name: "completions/1", transportOnly: ["stream", "stream_options"], attributionOnly: ["user"])
    /// `POST /responses`. Its answer repeats `metadata`, `user` and their like: none of them can be shared.
    public static let responses = OpenAIFields(
        name: "responses/1", transportOnly: ["stream", "stream_options"], attributionOnly: [])

    /// `POST /embeddings`.
    public static let embeddings = OpenAIFields(
        name: "embeddings/1", transportOnly: [], attributionOnly: ["user"])

    /// `POST /images/edits`, a form: one stored original serves every `response_format`. Streams are not
    /// stored.
    public static let imageEdits = OpenAIFields(
        name: "image-edits/1", transportOnly: ["response_format"], attributionOnly: ["user"])
    /// The same for models that know no `response_format`, and may refuse it.
    public static let tokenImageEdits = OpenAIFields(
        name: "image-edits/1", transportOnly: [], attributionOnly: ["user"])
    /// `POST /images/variations`, a form.
    public static let imageVariations = OpenAIFields(
        name: "image-variations/1", transportOnly: ["response_format"], attributionOnly: ["user"])
    /// `POST /audio/transcriptions`, a form. Streams are not stored.
    public static let transcriptions = OpenAIFields(
        name: "transcriptions/1", transportOnly: [], attributionOnly: [])
    /// `POST /audio/translations`, a form.
    public static let translations = OpenAIFields(
        name: "translations/1", transportOnly: [], attributionOnly: [])
    /// `POST /images/…`: one stored original serves every `response_format`.
    public static let images = OpenAIFields(
        name: "images/1", transportOnly: ["response_format", "stream"],
        attributionOnly: ["user", "safety_identifier"])
    /// The same for models that know no `response_format`, and may refuse it.
    public static let tokenImages = OpenAIFields(
        name: "images/1", transportOnly: ["stream"], attributionOnly: ["user", "safety_identifier"])

    /// The lists as the cache takes them.
    public func policy(sharesAcrossAttribution: Bool) -> FieldPolicy {
        FieldPolicy(
            name, transportOnly: transportOnly,
            attributionOnly: sharesAcrossAttribution ? attributionOnly : [])
    }
}
