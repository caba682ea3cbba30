private import PennyweightOpenAI
internal import PennyweightPipeline

/// Takes credentials out of what is recorded and compared.
struct CassetteScrub: Sendable {
    private static let replacement = Array("[redacted]".utf8)

    private let secrets: [[UInt8]]

    /// Longer secrets go first, so that one that contains another is replaced as a whole.
    init(secrets: [String]) throws {
        guard secrets.allSatisfy({ $0.utf8.count >= 4 }) else {
            throw Failure(
                .invalidRequest,
                "A secret of a cassette has fewer than 4 bytes; it would be found everywhere. Leave it out.")
        }
        self.secrets = secrets.map { Array($0.utf8) }.sorted { $0.count > $1.count }
    }

    func scrubbed(_ asked: CassetteExchange.Asked) -> CassetteExchange.Asked {
        var asked = asked
        asked.path = scrubbed(asked.path)
        asked.fields = asked.fields.map(scrubbed)
        asked.body = scrubbed(asked.body)
        return asked
    }

    func scrubbed(_ answered: CassetteExchange.Answered) -> CassetteExchange.Answered {
        var answered = answered
        answered.fields = answered.fields.map(scrubbed)
        answered.body = scrubbed(answered.body)
        return answered
    }

    private func scrubbed(_ field: CassetteExchange.Field) -> CassetteExchange.Field {
        CassetteExchange.Field(name: field.name, value: scrubbed(field.value))
    }

    private func scrubbed(_ text: String) -> String {
        String(decoding: scrubbed(Array(text.utf8)), as: UTF8.self)
    }

    private func scrubbed(_ bytes: [UInt8]) -> [UInt8] {
        let known = secrets.reduce(bytes) { $0.replacing($1, with: Self.replacement) }
        return Redaction.redacted(known)
    }
}
