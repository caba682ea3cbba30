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

    private var fields: OpenAIFields {
        switch self {
        case .imageEdits: .imageEdits
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
        do throws(CanonicalForm.Refusal) {
            var question = question(.success(try form.canonical(in: body, keepsSuffix: isAudio)))
            if let model = form.text("model"), !model.isEmpty { question.model = model }
            if !isAudio { question.choiceCount = form.text("n").map { Int($0) ?? 0 } ?? 1 }
            question.isDeterministic = isAudio && form.text("temperature").map(FormRoute.isZero) == true
            return question
        } catch {
            return question(.failure(error))
        }
    }

    private func question(_ form: Result<CanonicalParts, CanonicalForm.Refusal>) -> Question {
        var question = Question(
            route: rawValue, model: OpenAIMeter.unknownModel, wantsStream: false,
            fields: fields.policy(sharesAcrossAttribution: false))
        question.sharedFields = fields.policy(sharesAcrossAttribution: true)
        question.form = form
        return question
    }

    /// What keeps an answer: images that are in it, text that was written down.
    func folding(of head: HTTPResponse, to question: Question) -> any Folding {
        let type = head.headerFields[.contentType]?.lowercased() ?? ""
        if type.hasPrefix("application/json") {
            return isAudio ? PlainFolding.transcript : PlainFolding.images(count: question.choiceCount)
        }
        guard isAudio, let length = head.headerFields[.contentLength].flatMap({ Int($0) }),
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

    /// As many images as were asked for, all of them in the answer. Addresses of images expire: an answer
    /// with one is not kept.
    static func images(count: Int?) -> PlainFolding {
        PlainFolding { root in
            guard let images = root["data"]?.elements, !images.isEmpty, count ?? images.count == images.count
            else { return false }
            return images.allSatisfy { image in
                image["b64_json"]?.string?.isEmpty == false && image["url"]?.isNull ?? true
            }
        }
    }
}
