/// The one spelling of a JSON body that all bodies with the same meaning share: what the cache key is made
/// of.
///
/// Member order and strings follow RFC 8785 (names sorted by UTF-16 code units, shortest escapes, no white
/// space). Numbers don't: RFC 8785 rounds them to doubles, and two integers beyond 2⁵³ would become one. Here
/// a number is its exact decimal value, so that `1`, `1.0`, `1e0` and `10e-1` are one number and
/// `9007199254740993` is another than `9007199254740992`. Text is not normalised: a composed and a decomposed
/// `é` differ, as they do for a tokenizer.
///
/// The body is read once, and no tree is made of it: beside the text there are twelve bytes for each member
/// of the objects that are open. Time is linear in the body's size, but for the sorting of names. The text
/// is at most five times as long as the body (`1e20` has 21 digits).
public struct CanonicalForm: Sendable, Hashable {
    /// The canonical text. Empty for an empty body.
    public let bytes: [UInt8]

    /// How deep arrays and objects may nest.
    public static let maximumDepth = 128
    /// The largest body that has a canonical form: 256 MiB.
    public static let maximumBytes = 256 << 20

    /// Why a body has no canonical form. The call itself goes through, uncached.
    ///
    /// Of several reasons the first that was met is given, but `malformed`, `tooDeep` and `tooLarge` come
    /// before all others.
    public enum Refusal: String, Error, Sendable, Hashable, CaseIterable {
        /// It is not JSON (RFC 8259).
        case malformed = "malformed-body"
        /// It nests deeper than ``CanonicalForm/maximumDepth``.
        case tooDeep = "nested-too-deep"
        /// It is larger than ``CanonicalForm/maximumBytes``.
        case tooLarge = "body-too-large"
        /// An object has two members of one name: which of them counts depends on who reads it.
        case duplicateName = "duplicate-name"
        /// A string has half of a surrogate pair: it has no Unicode text.
        case loneSurrogate = "lone-surrogate"
        /// A number's exponent has more than 15 digits.
        case numberOutOfRange = "number-out-of-range"
    }

    /// Writes the canonical form of a body, leaving out top-level members of these names: at most 64,
    /// more are a programmer's error and stop the process.
    ///
    /// What is left out is checked to be JSON and to have its name once; nothing else of it matters.
    public init(of body: [UInt8], omitting omitted: some Collection<String> = []) throws(Refusal) {
        guard !body.isEmpty else {
            bytes = []
            return
        }
        let names = Array(omitted)
        let result = body.withUnsafeBufferPointer { source -> Result<[UInt8], Refusal> in
            var writer = CanonicalWriter(source, omitting: names)
            do throws(Refusal) { return .success(try writer.write()) } catch { return .failure(error) }
        }
        bytes = try result.get()
    }
}
