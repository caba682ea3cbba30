internal import PennyweightLedger

/// What was read out of a file with prices, and what was not.
struct ImportedPrices {
    var discounts: [Discount] = []
    var models: [PricedModel] = []
    /// Figures that are no whole number of pico-dollars a unit.
    var inexact: [Note] = []
    /// Figures and models that were left out for another reason. Nothing is left out silently.
    var notes: [Note] = []

    /// Something that was not taken over, and why.
    struct Note: Hashable, CustomStringConvertible {
        let model: String
        /// Nil if the whole model was left out.
        var field: String?
        let reason: String

        /// `openai/gpt-x, "citation_cost_per_token": no unit counts it`
        var description: String {
            "\(model)\(field.map { ", \"\($0)\"" } ?? ""): \(reason)"
        }
    }
}
