/// Why a price file can't be used: the line, the model and field if there is one, and what to do.
public struct PriceBookError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Counted from 1.
    public let line: Int
    /// The model that the line is about; nil if the problem is outside of any.
    public let model: String?
    /// The member that is wrong: `output_token`; nil if none is named.
    public let field: String?
    /// What is wrong and what to do about it.
    public let problem: String

    public init(line: Int, model: String? = nil, field: String? = nil, problem: String) {
        self.line = line
        self.model = model
        self.field = field
        self.problem = problem
    }

    /// `Price file line 12: 'gpt-x', "output_token": 1e-6 is not decimal text; write USD like "0.15".`
    public var description: String {
        let subject = [model.map { "'\($0)'" }, field.map { "\"\($0)\"" }].compactMap(\.self)
            .joined(separator: ", ")
        return "Price file line \(line): \(subject.isEmpty ? "" : "\(subject): ")\(problem)"
    }
}
