private import FoundationEssentials
public import PennyweightPipeline

extension Pipeline {
    /// The variable that overrides the mode `once` of every cassette: `record`, `replay` or `once`.
    public static let cassetteVariable = "PENNYWEIGHT_CASSETTE"

    /// Stages in front of a recording, which is `Cassettes/NAME.txt` beside the test's own source file.
    ///
    /// The first run records what `upstream` answers; later ones replay it without a network (`Cassette`).
    /// Commit the file. `name` is letters, digits, `-`, `_`, `.` and `/`. Throws a `Failure`
    /// `invalid_request` for another name, and what opening the recording throws.
    public static func cassette(
        _ name: String, recording upstream: (any Transport)? = nil, mode: Cassette.Mode = .once,
        secrets: [String] = [], besides source: StaticString = #filePath,
        @PipelineBuilder _ stages: () -> [any Middleware] = { [] }
    ) throws -> Pipeline {
        let allowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./".utf8.contains(byte)
            }
        }
        guard allowed, !name.isEmpty, !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
            throw Failure(
                .invalidRequest,
                "'\(name)' is no name of a cassette; use letters, digits, '-', '_', '.' and '/'.")
        }
        let directory = URL(fileURLWithPath: "\(source)").deletingLastPathComponent()
        let path = directory.appendingPathComponent("Cassettes/\(name).txt").path
        let cassette = try Cassette(
            at: path, recording: upstream, mode: try overridden(mode), secrets: secrets)
        return Pipeline(to: cassette, stages: stages())
    }

    private static func overridden(_ mode: Cassette.Mode) throws -> Cassette.Mode {
        guard mode == .once, let text = ProcessInfo.processInfo.environment[cassetteVariable] else {
            return mode
        }
        guard let mode = Cassette.Mode(rawValue: text) else {
            throw Failure(
                .invalidRequest, "\(cassetteVariable) is '\(text)'; it can be once, record or replay.")
        }
        return mode
    }
}
