import PennyweightLedger
import PennyweightTime
import Testing

/// Price files as text, for tests.
enum PriceFiles {
    /// A book of models, version `v1`. Rates are picos-free: dollars per million tokens.
    static func book(_ models: String...) throws -> PriceBook {
        let text = """
            {"schema":"pennyweight-prices/1","version":"v1","models":[
            \(models.joined(separator: ",\n"))
            ]}
            """
        return try PriceBook(json: Array(text.utf8))
    }

    /// A model with one price for each day and rates.
    static func model(
        _ id: String, provider: String = "openai", aliases: [String] = [],
        _ prices: (day: String, tables: String)...
    ) -> String {
        let names = aliases.map { "\"\($0)\"" }.joined(separator: ",")
        let list = prices.map { day, tables in
            #"{"effective_from":"\#(day)","source":"s","retrieved":"2026-01-01",\#(tables)}"#
        }
        return
            #"{"id":"\#(id)","provider":"\#(provider)","aliases":[\#(names)],"mode":"chat","output_limit":1000,"#
            + #""prices":[\#(list.joined(separator: ","))]}"#
    }

    /// Rates of input and output in dollars per million.
    static func rates(_ input: String, _ output: String) -> String {
        #""rates":{"input_token":"\#(input)","output_token":"\#(output)"}"#
    }

    static func overlay(_ body: String, name: String = "acme") throws(PriceBookError) -> PriceOverlay {
        let text = "{\"schema\":\"pennyweight-price-overlay/1\",\n\"name\":\"\(name)\",\n\(body)}"
        return try PriceOverlay(json: Array(text.utf8))
    }

    static func time(_ day: String) throws -> Timestamp { try #require(CalendarDay(day)).start }

    /// What a million tokens of prompt cost at a day, as decimal text.
    static func input(
        _ book: PriceBook, _ model: String, provider: String? = "openai", region: String? = nil, _ day: String
    ) throws -> String? {
        try book.price(of: model, provider: provider, region: region, at: time(day))?
            .rates.amount(of: .inputToken).map { Unit.inputToken.quoted($0) }
    }
}
