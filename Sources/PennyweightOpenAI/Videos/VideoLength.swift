internal import PennyweightJSON
internal import PennyweightLedger

/// How long a video is, and how large: what a video is paid by.
struct VideoLength: Sendable, Hashable {
    let seconds: Int64
    /// Its shorter side, as prices name it: `720p`; nil if it isn't said.
    let resolution: String?
    /// What was read, as it stood there: evidence without the prompt.
    let raw: [UInt8]

    /// Reads `seconds` and `size` (or `resolution`) of a request or of a job; nil if no whole number of
    /// seconds is said. OpenAI writes the seconds as text; numbers are common elsewhere.
    init?(_ root: JSONNode) {
        guard let node = root["seconds"], let seconds = node.integer ?? node.string.flatMap({ Int64($0) }),
            seconds > 0
        else { return nil }
        self.seconds = seconds
        resolution =
            (root["size"] ?? root["resolution"])?.string.flatMap(VideoVariant.name(of:))
        let members = ["seconds", "size", "resolution"].compactMap { name in
            root[name].map { "\"\(name)\":" + String(decoding: $0.source, as: UTF8.self) }
        }
        raw = Array("{\(members.joined(separator: ","))}".utf8)
    }

    /// The meter that is charged.
    var meter: Usage.Meter { Usage.Meter(.videoSecond, variant: resolution, count: seconds) }
}
