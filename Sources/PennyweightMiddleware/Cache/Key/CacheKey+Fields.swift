private import Crypto

extension CacheKey {
    /// Everything that can change an answer.
    public struct Fields: Sendable, Hashable {
        /// Grows whenever the fields, their order or the canonical form change: old entries are never found
        /// again.
        public static let schemaVersion = 2

        /// Who pays. Entries of two accounts never meet.
        public var account: String
        /// A partition inside an account, set by policy.
        public var namespace: String
        public var method: String
        /// The name of the provider that is asked.
        public var provider: String
        /// The base URL of the provider: two servers behind one name don't share answers.
        public var base: String
        /// The route below the base URL.
        public var route: String
        /// What follows the `?`; empty without one.
        public var query: String
        /// Header fields that change the answer, as policy says, in policy's order; an absent one is nil.
        public var headers: [Header]
        /// What of the body is not in `canonicalDigest`.
        public var policy: FieldPolicy
        /// SHA-256 of the canonical body.
        public var canonicalDigest: [UInt8]

        public init(
            account: String, namespace: String = "", method: String, provider: String, base: String = "",
            route: String, query: String = "", headers: [Header] = [],
            policy: FieldPolicy = FieldPolicy("", transportOnly: []), canonicalDigest: [UInt8]
        ) {
            self.account = account
            self.namespace = namespace
            self.method = method
            self.provider = provider
            self.base = base
            self.route = route
            self.query = query
            self.headers = headers
            self.policy = policy
            self.canonicalDigest = canonicalDigest
        }

        /// One header field: a lower-case name, and the value or nil.
        public struct Header: Sendable, Hashable {
            public var name: String
            public var value: String?

            public init(_ name: String, _ value: String?) {
                self.name = name
                self.value = value
            }
        }

        /// The text that is digested: each field behind its length in 8 bytes, so that no two lists of fields
        /// share one text.
        var encoded: [UInt8] {
            var out: [UInt8] = []
            out.reserveCapacity(256)
            out.appendPrefixed(Array("pennyweight-cache-key".utf8))
            out.appendPrefixed(Array(String(Fields.schemaVersion).utf8))
            for text in [account, namespace, method, provider, base, route, query] {
                out.appendPrefixed(text.utf8)
            }
            out.appendPrefixed(Array(String(headers.count).utf8))
            for header in headers {
                out.appendPrefixed(header.name.utf8)
                // One byte tells an absent header from an empty one.
                out.appendPrefixed(header.value.map { [1] + Array($0.utf8) } ?? [0])
            }
            out.appendPrefixed(policy.name.utf8)
            out.appendPrefixed(Array(String(policy.omitted.count).utf8))
            for name in policy.omitted { out.appendPrefixed(name.utf8) }
            out.appendPrefixed(canonicalDigest)
            return out
        }
    }

    /// The key of these fields.
    public init(_ fields: Fields) {
        digest = Array(SHA256.hash(data: fields.encoded))
        secret = nil
    }
}
