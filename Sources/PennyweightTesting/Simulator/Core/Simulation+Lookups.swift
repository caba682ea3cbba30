internal import PennyweightJSON
internal import PennyweightTime

extension Simulation {
    /// `GET /models` and `GET /models/{id}`.
    func models(_ call: SimulatedCall, id: String) throws(SimulatedError) -> SimulatedReply {
        guard call.request.method == "GET" else { throw Simulation.wrongMethod(call.request) }
        if id.isEmpty {
            return .json(
                .record([
                    "object": .text("list"),
                    "data": .array(SimulatedModel.listed.map(Simulation.json(model:))),
                ]))
        }
        guard SimulatedModel.listed.contains(id) else { throw .noSuchModel(id) }
        return .json(Simulation.json(model: id))
    }

    private static func json(model: String) -> JSONValue {
        .record([
            "id": .text(model), "object": .text("model"), "created": .integer(1_686_935_002),
            "owned_by": .text("simulator"),
        ])
    }

    /// `GET /videos`, `GET` and `DELETE /videos/{id}`, `GET /videos/{id}/content`.
    func look(_ call: SimulatedCall, at path: [String]) throws(SimulatedError) -> SimulatedReply {
        switch (call.request.method, path.count) {
        case ("GET", 0): return list(call.request)
        case ("GET", 1): return .json(try videos.poll(path[0]).json(settings.videos, at: time.now()))
        case ("GET", 2) where path[1] == "content":
            let job = try videos.job(path[0])
            guard job.status(settings.videos, at: time.now()) == "completed" else {
                throw SimulatedError(
                    status: 404, message: "The video is not ready yet.", code: "video_not_ready")
            }
            return SimulatedReply(type: "video/mp4", content: .whole(job.content))
        case ("DELETE", 1):
            try videos.delete(path[0])
            return .json(
                .record(["id": .text(path[0]), "object": .text("video.deleted"), "deleted": .bool(true)]))
        case (_, 0), (_, 1): throw Simulation.wrongMethod(call.request)
        default: throw Simulation.unknownPath(call.request)
        }
    }

    private func list(_ request: ReceivedRequest) -> SimulatedReply {
        let page = videos.page(
            after: request.query("after"), limit: request.query("limit").flatMap(Int.init) ?? 20,
            order: request.query("order"))
        let now = time.now()
        return .json(
            .record([
                "object": .text("list"), "data": .array(page.jobs.map { $0.json(settings.videos, at: now) }),
                "first_id": .textOrNull(page.jobs.first?.id), "last_id": .textOrNull(page.jobs.last?.id),
                "has_more": .bool(page.hasMore),
            ]))
    }
}
