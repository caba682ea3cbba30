import Foundation
import PennyweightLedger
import PennyweightTime
import Testing

/// Prices and files for the tests of `pennyweight prices`.
enum PriceSample {
    static let day = CalendarDay(daysSinceEpoch: 20_545)

    /// `chatty` of `openai` with tiers and a region, `painter` of `fal`, and a second `chatty` of `azure`.
    static func book() throws -> PriceBook {
        let text = #"""
            {"schema":"pennyweight-prices/1","version":"v1","models":[
            {"id":"chatty","provider":"openai","aliases":["chatty-latest"],"mode":"chat","input_limit":128000,
            "output_limit":4096,"prices":[{"effective_from":"2026-01-01","source":"s","retrieved":"2026-01-01",
            "rates":{"input_token":"0.15","cached_input_token":"0.075","output_token":"0.6","search":"0.01"},
            "context_tiers":[{"above_input_tokens":200000,"rates":{"input_token":"0.3","output_token":"0.9"},
            "service_tiers":{"batch":{"input_token":"0.2","output_token":"0.5"}}}],
            "service_tiers":{"batch":{"input_token":"0.1","output_token":"0.3"},"priority":{"input_token":"0.3",
            "output_token":"1.2"}},"regions":{"eu":{"rates":{"input_token":"0.165","output_token":"0.66"}}}},
            {"effective_from":"2026-09-01","source":"s","retrieved":"2026-09-01","rates":{"input_token":"0.1",
            "output_token":"0.4"}}]},
            {"id":"chatty","provider":"azure","mode":"chat","prices":[{"effective_from":"2026-01-01","source":"s",
            "retrieved":"2026-01-01","rates":{"input_token":"0.2","output_token":"0.7"}}]},
            {"id":"painter","provider":"fal","mode":"image","prices":[{"effective_from":"2026-01-01","source":"s",
            "retrieved":"2026-01-01","rates":{"image:high":"0.04","image:low":"0.01"},"included":["request"]}]}
            ]}
            """#
        return try PriceBook(json: Array(text.utf8))
    }

    /// Writes a file, and gives its path to some work.
    static func withFile<Result>(_ text: String, _ work: (String) async throws -> Result) async throws
        -> Result
    {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).prices")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await work(file.path)
    }

    static func overlay(_ input: String, name: String = "acme") -> String {
        #"{"schema":"pennyweight-price-overlay/1","name":"\#(name)","models":[{"id":"chatty","provider":"openai","#
            + #""mode":"chat","prices":[{"effective_from":"2026-02-01","rates":{"input_token":"\#(input)","#
            + #""output_token":"0.6","request":"0.001"}}]}]}"#
    }
}
