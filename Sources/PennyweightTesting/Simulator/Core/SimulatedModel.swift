/// A model of the simulated provider: what is asked for, and what then runs.
struct SimulatedModel: Sendable {
    /// `gpt-4o-mini`.
    let name: String
    /// The model that answers: `gpt-4o-mini-2024-07-18`. A name that the catalogue doesn't know answers as
    /// itself.
    let snapshot: String

    init(_ name: String) {
        self.name = name
        snapshot =
            name.hasPrefix(SimulatedModel.faultPrefix)
            ? "gpt-4o-mini-2024-07-18" : SimulatedModel.snapshots[name] ?? name
    }

    static let faultPrefix = "simulated/"

    /// The fault in the name `simulated/cut`; nil for another name.
    var fault: SimulatedFault? {
        name.hasPrefix(SimulatedModel.faultPrefix)
            ? SimulatedFault(name.dropFirst(SimulatedModel.faultPrefix.count)) : nil
    }

    /// True for models that think before they answer.
    var reasons: Bool {
        ["o1", "o3", "o4", "gpt-5"].contains { name.hasPrefix($0) } && !name.contains("chat")
    }

    /// True for models that draw with tokens, which they report.
    var drawsWithTokens: Bool { name.hasPrefix("gpt-image") || name.hasPrefix("chatgpt-image") }

    private static let snapshots = [
        "gpt-4o": "gpt-4o-2024-08-06", "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
        "gpt-4.1": "gpt-4.1-2025-04-14",
        "gpt-4.1-mini": "gpt-4.1-mini-2025-04-14", "gpt-4.1-nano": "gpt-4.1-nano-2025-04-14",
        "gpt-4-turbo": "gpt-4-turbo-2024-04-09", "gpt-3.5-turbo": "gpt-3.5-turbo-0125",
        "o1": "o1-2024-12-17", "o3": "o3-2025-04-16", "o3-mini": "o3-mini-2025-01-31",
        "o4-mini": "o4-mini-2025-04-16", "gpt-5": "gpt-5-2025-08-07", "gpt-5-mini": "gpt-5-mini-2025-08-07",
        "gpt-5-nano": "gpt-5-nano-2025-08-07",
    ]

    /// The models that `GET /models` lists, sorted. Any other name is answered, too, by every route but that
    /// one.
    static let listed: [String] = {
        let plain = [
            "dall-e-2", "dall-e-3", "gpt-image-1", "gpt-image-1-mini", "sora-2", "sora-2-pro",
            "text-embedding-3-large", "text-embedding-3-small", "text-embedding-ada-002",
        ]
        let faults =
            SimulatedFault.names.keys.map { faultPrefix + $0 }
            + ["429", "429-once", "500", "500-twice"].map { faultPrefix + $0 }
        return (Array(snapshots.keys) + Array(snapshots.values) + plain + faults).sorted()
    }()
}
