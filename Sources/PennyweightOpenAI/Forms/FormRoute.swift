internal import HTTPTypes
private import PennyweightJSON
internal import PennyweightMiddleware
internal import PennyweightPipeline

/// A route whose requests are forms (`multipart/form-data`), as the cache sees it.
enum FormRoute: String {
    case imageEdits = "/images/edits"
    case imageVariations = "/images/variations"
    case transcriptions = "/audio/transcriptions"
    case translations = "/audio/translations"

    private func fields(model: String) -> OpenAIFields {
        switch self {
        case .imageEdits: ImageQuestion.drawsWithTokens(model) ? .tokenImageEdits : .imageEdits
        case .imageVariations: .imageVariations
        case .transcriptions: .transcriptions
        case .translations: .translations
        }
    }

    private var isAudio: Bool { self == .transcriptions || self == .translations }

    /// What a form asks; nil for a body that is no form, and for one that asks for a stream.
    ///
    /// A form that can't be read is a question without a key: what is wrong with it is said.
    func question(_ body: [UInt8], contentType: String?) -> Question? {
        guard let contentType, contentType.lowercased().hasPrefix("multipart/") else { return nil }
        guard body.count <= CanonicalForm.maximumBytes else { return question(.failure(.tooLarge)) }
        guard let form = MultipartForm(body, contentType: contentType) else {
            return question(.failure(.malformed))
        }
        if form.has("stream"), form.text("stream") != "false" { return nil }
        if form.has("model"), form.text("model") == nil { return question(.failure(.duplicateName)) }
        let model = form.text("model") ?? ""
        let media = ImageQuestion.form(model: model, responseFormat: form.text("response_format"))
        // Another form than any provider has is the provider's to refuse.
        guard isAudio || media != nil else { return nil }
        do throws(CanonicalForm.Refusal) {
            var question = question(
                .success(try form.canonical(in: body, keepsSuffix: isAudio)), model: model)
            if !isAudio {
                question.choiceCount = form.text("n").map { Int($0) ?? 0 } ?? 1
                question.media = media
            }
            question.isDeterministic = isAudio && form.text("temperature").map(FormRoute.isZero) == true
            return question
        } catch {
            return question(.failure(error))
        }
    }

    private func question(
        _ form: Result<CanonicalParts, CanonicalForm.Refusal>, model: String = ""
    ) -> Question {
        let fields = fields(model: model)
        var question = Question(
            route: rawValue, model: model.isEmpty ? OpenAIMeter.unknownModel : model, wantsStream: false,
            fields: fields.policy(sharesAcrossAttribution: false))
        question.sharedFields = fields.policy(sharesAcrossAttribution: true)
        question.form = form
        return question
    }

    /// What keeps an answer: text that was written down. Images are kept by the media tier.
    func folding(of head: HTTPResponse, to question: Question) -> any Folding {
        let type = head.headerFields[.contentType]?.lowercased() ?? ""
        guard isAudio else { return NoFolding() }
        if type.hasPrefix("application/json") { return PlainFolding.transcript }
        guard let length = head.headerFields[.contentLength].flatMap({ Int($0) }),
            FormRoute.transcripts.contains(where: type.hasPrefix)
        else { return NoFolding() }
        return DeclaredFolding(contentType: head.headerFields[.contentType] ?? type, length: length)
    }

    /// Media types of plain text and subtitles.
    private static let transcripts = ["text/plain", "text/vtt", "text/srt", "application/x-subrip"]

    /// True if digits are zero, however they are written.
    private static func isZero(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.contains(UInt8(ascii: "0"))
            && text.utf8.allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
    }
}

extension PlainFolding {
    /// A transcription or translation as JSON, short or verbose.
    static var transcript: PlainFolding { PlainFolding { $0["text"]?.kind == .string } }
}
