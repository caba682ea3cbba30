private import HTTPTypes
internal import PennyweightPipeline
internal import PennyweightTime

extension Cache {
    /// One request as the cache sees it.
    struct Inquiry: Sendable {
        /// As it goes upstream: without what was said to the cache alone.
        let request: Request
        let plan: CachePlan
        var question: Question
        let canonicalDigest: [UInt8]
        let key: CacheKey
        /// Names the answer if it is kept: after the call that asked.
        let id: SortableID
        /// The account that its answer is kept under: the caller's, or that of all who share.
        let account: String
        /// When its caller stops being interested; nil for never.
        var deadline: MonotonicInstant?
        /// Where the caller reaches this process, for URLs.
        var mediaOrigin: String?
    }

    /// What a request asks of the cache.
    enum Reading: Sendable {
        case inquiry(Inquiry)
        /// Nothing, and why; with the request as it goes upstream.
        case bypass(CacheOutcome.Bypass, Request, CachePlan)
        /// A made-up answer.
        case mock(Request)
    }

    /// Reads what to look up for a request, or why not to. Throws a `Failure` `invalidRequest` if its caller
    /// asks for something that there is not.
    func reading(of asked: Request, context: Context) throws -> Reading {
        var request = asked
        let wishes = try wishes(in: &request, context: context)
        let known = remembered(request)
        let question = known?.question ?? format.question(in: request)
        let subject = CacheRule.Subject(
            route: request.path, model: question?.model, account: context.account, tags: context.tags)
        let plan = policy.plan(for: subject, asking: wishes)
        if plan.mode == .mock { return .mock(request) }
        if let reason = bypass(request, question, under: plan) { return .bypass(reason, request, plan) }
        guard let body = request.body.bytes, let question else { return .bypass(.notStorable, request, plan) }
        let digest: [UInt8]
        do {
            digest = try self.digest(of: body, in: request, question, known, plan)
        } catch {
            return .bypass(.refused(error), request, plan)
        }
        let account = plan.scope(of: context.account)
        return .inquiry(
            Inquiry(
                request: request, plan: plan, question: question, canonicalDigest: digest,
                key: key(of: request, question, digest, account, plan, context[CacheSecret.self]),
                id: context.id, account: account, deadline: context.deadline,
                mediaOrigin: question.media == nil ? nil : context[MediaOrigin.self]))
    }

    /// What the caller wants, wherever it says so; takes it out of the request, as it is for the cache alone.
    /// `Cache-Control` stays: every cache on the way may read it.
    private func wishes(in request: inout Request, context: Context) throws -> CacheWishes {
        let fields = request.head.headerFields
        let inFields = try CacheWishes(fields)
        if fields.contains(where: { ReplayField.isOne($0.name) }) {
            request.head.headerFields = HTTPFields(fields.filter { !ReplayField.isOne($0.name) })
        }
        var wishes = context[CacheWishes.self]
        if format.carriesInstructions(request), let body = request.body.bytes,
            let taken = try CacheWishes.taken(from: body)
        {
            wishes = wishes.overlaid(by: taken.wishes)
            request.body = Body(taken.rest)
            if request.head.headerFields[.contentLength] != nil {
                request.head.headerFields[.contentLength] = String(taken.rest.count)
            }
        }
        return wishes.overlaid(by: inFields)
    }

    /// Why the cache is not asked; nil if it is.
    private func bypass(
        _ request: Request, _ question: Question?, under plan: CachePlan
    ) -> CacheOutcome.Bypass? {
        if plan.directives.noStore { return .noStore }
        if plan.mode == .off { return .off }
        if ![.get, .head, .post].contains(request.head.method) { return .method }
        if request.body.bytes == nil { return .streamedRequest }
        guard let question, question.media == nil || media != nil else { return .notStorable }
        return plan.admission == .deterministic && !question.isDeterministic ? .notDeterministic : nil
    }

    private func key(
        of request: Request, _ question: Question, _ digest: [UInt8], _ account: String, _ plan: CachePlan,
        _ secret: CacheSecret?
    ) -> CacheKey {
        let key = CacheKey(fields(of: request, question, digest, account, plan))
        guard let secret = secret ?? policy.encryption.secret else { return key }
        return key.blinded(by: secret)
    }

    /// What an inquiry's key is made of.
    func fields(of inquiry: Inquiry) -> CacheKey.Fields {
        fields(
            of: inquiry.request, inquiry.question, inquiry.canonicalDigest, inquiry.account, inquiry.plan)
    }

    private func fields(
        of request: Request, _ question: Question, _ digest: [UInt8], _ account: String, _ plan: CachePlan
    ) -> CacheKey.Fields {
        let headers = policy.keyedHeaders.map {
            CacheKey.Fields.Header($0.canonicalName, request.head.headerFields[$0])
        }
        let path = request.head.path ?? "/"
        return CacheKey.Fields(
            account: account, namespace: plan.namespace, method: request.head.method.rawValue,
            provider: provider, base: base, route: question.route,
            query: path.firstIndex(of: "?").map { String(path[path.index(after: $0)...]) } ?? "",
            headers: headers, policy: question.fields(under: plan), canonicalDigest: digest)
    }

    /// The single questions of a request that asks several; nil if it asks one, or if they are not looked up
    /// by what they say.
    func parts(of whole: Inquiry) -> BatchParts? {
        guard whole.question.isBatch, whole.plan.match == .standard,
            let batch = format.batch(in: whole.request)
        else { return nil }
        var question = whole.question
        question.isBatch = false
        let inquiries = (0..<batch.count).compactMap { index -> Inquiry? in
            var request = whole.request
            let body = batch.body(of: index)
            request.body = Body(body)
            let omitted = question.fields(under: whole.plan).omitted
            guard let digest = try? whole.plan.match.digest(of: body, omitting: omitted) else { return nil }
            return Inquiry(
                request: request, plan: whole.plan, question: question, canonicalDigest: digest,
                key: key(of: request, question, digest, whole.account, whole.plan, whole.key.secret),
                id: whole.id.part(index), account: whole.account)
        }
        return inquiries.count == batch.count
            ? BatchParts(batch: batch, whole: whole, inquiries: inquiries) : nil
    }

    /// What a body says, apart from who sends it and where to.
    struct Recognised: Sendable {
        let question: Question
        let canonicalDigest: [UInt8]
    }

    /// What came of the same bytes before; nil if they are new, or forgotten.
    private func remembered(_ request: Request) -> Recognised? {
        guard request.head.method == .post, let body = request.body.bytes, !request.isForm else {
            return nil
        }
        return memo.value(of: body, label: request.head.path ?? "")
    }

    /// What a body is looked up by. The usual digest is remembered, so that the same bytes are not parsed
    /// again.
    private func digest(
        of body: [UInt8], in request: Request, _ question: Question, _ known: Recognised?, _ plan: CachePlan
    ) throws(CanonicalForm.Refusal) -> [UInt8] {
        // Not remembered: clients draw a boundary for each request, so that no two have the same bytes, and
        // files would push out the bodies that do.
        if let form = question.form {
            return try plan.match.digest(
                of: form.get(), in: body, omitting: question.fields(under: plan).omitted)
        }
        guard plan.match.isCanonical, !plan.ignoresAttribution else {
            return try plan.match.digest(of: body, omitting: question.fields(under: plan).omitted)
        }
        if let known { return known.canonicalDigest }
        let digest = try plan.match.digest(of: body, omitting: question.fields.omitted)
        if request.head.method == .post {
            let recognised = Recognised(question: question, canonicalDigest: digest)
            memo.keep(recognised, of: body, label: request.head.path ?? "")
        }
        return digest
    }
}

extension Request {
    /// True for a form: what it says depends on its content type as well.
    fileprivate var isForm: Bool {
        head.headerFields[.contentType]?.lowercased().hasPrefix("multipart/") == true
    }
}

extension Question {
    /// Which members of the body are off the key.
    fileprivate func fields(under plan: CachePlan) -> FieldPolicy {
        plan.ignoresAttribution ? sharedFields ?? fields : fields
    }
}

extension ReplayMatch {
    /// True if bodies are compared by their whole canonical form.
    fileprivate var isCanonical: Bool {
        switch self {
        case .standard, .pinned: true
        case .strict, .fields: false
        }
    }
}

extension SortableID {
    /// The name of one of several answers to a call; the first has the call's own.
    fileprivate func part(_ index: Int) -> SortableID {
        SortableID(high: high, low: low ^ UInt64(index) << 1)
    }
}
