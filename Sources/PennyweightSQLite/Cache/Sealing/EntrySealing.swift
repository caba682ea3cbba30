internal import Crypto
internal import PennyweightMiddleware

/// Seals what a row says of the answer: AES-256-GCM (NIST SP 800-38D) under a key of the entry's own.
///
/// Sealed are the body, compressed, and ``privateColumns``. Everything else in the row stays readable, and is
/// authenticated with them: nothing of a row can be put into another one. Each entry's key is derived from
/// the secret, the blinded key and the entry's name, so that a key seals one answer, as a rule.
struct EntrySealing {
    /// How rows are sealed; in the column `sealing`.
    static let version: Int64 = 1

    /// Whatever comes from the question or the answer. The others are for the care of the file: whose, of
    /// which model and route, when, how large, labels, what it cost.
    static let privateColumns: Set<String> = [
        "canonical_digest", "content_type", "pace", "usage", "input", "cached_input", "cache_write",
        "cache_write_hour", "audio_input", "image_input", "output", "reasoning", "audio_output",
        "image_output", "cached_audio_input", "cached_image_input", "accepted_prediction",
        "rejected_prediction", "service_tier", "usage_raw", "meters",
    ]

    /// Where they stand, in order.
    private static let places = CacheSchema.columnNames.indices.filter {
        privateColumns.contains(CacheSchema.columnNames[$0])
    }
    private static let sealingPlace = CacheSchema.columnCount - 1

    private let secret: CacheSecret

    init(_ secret: CacheSecret) {
        self.secret = secret
    }

    /// The columns and the body as they lie in the file.
    func sealed(
        _ values: [SQLValue], _ body: StoredBody
    ) throws -> (values: [SQLValue], body: StoredBody) {
        var shown = values
        var hidden = SealedFields()
        for place in EntrySealing.places {
            hidden.append(values[place])
            shown[place] = EntrySealing.blank(for: CacheSchema.columnNames[place])
        }
        shown[EntrySealing.sealingPlace] = .integer(EntrySealing.version)
        let about: [SQLValue] = [.of(body.codec.rawValue), .of(body.dictionary), .of(body.length)]
        let bytes = try seal(hidden.bytes + body.bytes, label: EntrySealing.label(of: shown + about))
        return (
            shown,
            StoredBody(codec: body.codec, dictionary: body.dictionary, length: body.length, bytes: bytes)
        )
    }

    /// The columns and those of the body as they were before; nil if they are not what was sealed with this
    /// secret.
    func opened(_ values: [SQLValue]) -> [SQLValue]? {
        guard values.count == CacheSchema.columnCount + 4, case .bytes(let bytes)? = values.last,
            values[EntrySealing.sealingPlace] == .integer(EntrySealing.version),
            let plain = open(bytes, label: EntrySealing.label(of: Array(values.dropLast())))
        else { return nil }
        var fields = SealedFields(plain)
        var opened = values
        for place in EntrySealing.places {
            guard let value = fields.next() else { return nil }
            opened[place] = value
        }
        opened[opened.count - 1] = .bytes(fields.rest)
        return opened
    }

    /// The nonce, what is sealed under it, and the tag.
    ///
    /// The nonce is 96 random bits of the system's generator, a new one each time, which nobody but a test
    /// can choose: it is the one thing that must never be had twice under a key.
    func seal(_ plain: [UInt8], label: Label, nonce: AES.GCM.Nonce = AES.GCM.Nonce()) throws -> [UInt8] {
        let box = try AES.GCM.seal(
            plain, using: key(label), nonce: nonce, authenticating: label.bytes)
        return Array(nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    /// What was sealed under a label; nil for anything else.
    func open(_ bytes: [UInt8], label: Label) -> [UInt8]? {
        let (nonceBytes, tagBytes) = (12, 16)
        guard bytes.count >= nonceBytes + tagBytes,
            let nonce = try? AES.GCM.Nonce(data: bytes.prefix(nonceBytes)),
            let box = try? AES.GCM.SealedBox(
                nonce: nonce, ciphertext: bytes.dropFirst(nonceBytes).dropLast(tagBytes),
                tag: bytes.suffix(tagBytes)),
            let plain = try? AES.GCM.open(box, using: key(label), authenticating: label.bytes)
        else { return nil }
        return Array(plain)
    }

    /// What an entry's key is derived from, and what is authenticated beside what is sealed.
    struct Label {
        let digest: [UInt8]
        let name: [UInt8]
        /// The versions, and everything that stays readable.
        let bytes: [UInt8]

        init(digest: [UInt8], name: [UInt8], schema: Int64, values: [SQLValue]) {
            (self.digest, self.name) = (digest, name)
            var fields = SealedFields()
            fields.append(.text("pennyweight-cache-row"))
            fields.append(.integer(schema))
            for value in values { fields.append(value) }
            bytes = fields.bytes
        }
    }

    private static func label(of values: [SQLValue]) -> Label {
        var (digest, name) = ([UInt8](), [UInt8]())
        if case .bytes(let bytes) = values[0] { digest = bytes }
        if case .bytes(let bytes) = values[1] { name = bytes }
        return Label(digest: digest, name: name, schema: CacheSchema.schema.version, values: values)
    }

    private func key(_ label: Label) -> SymmetricKey { secret.key(for: "entry", label.digest, label.name) }

    /// What stands in the place of a sealed value.
    private static func blank(for column: String) -> SQLValue {
        switch column {
        case "canonical_digest": .bytes([])
        case "content_type", "usage": .text("")
        default: .null
        }
    }
}
