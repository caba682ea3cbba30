/// A request that asks several questions at once, each with an answer of its own: texts to embed.
///
/// The cache keeps the answer to each alone, sends upstream only those that it doesn't have, and puts the
/// whole together. A part is always a complete plain answer: what the provider would have said to that
/// question alone.
public protocol AnswerBatch: Sendable {
    /// How many questions there are: at least 1.
    var count: Int { get }

    /// The body of the request that asks one question alone.
    func body(of index: Int) -> [UInt8]

    /// The body of the request that asks these questions only, in this order.
    func body(of indices: [Int]) -> [UInt8]

    /// Cuts the plain answer to these questions into the answers to each alone, in the same order; nil if it
    /// is not complete or can't be cut.
    func parts(of answer: [UInt8], to indices: [Int]) -> [[UInt8]]?

    /// The plain answer to all questions; nil if the parts, one for each, don't go together.
    func answer(of parts: [[UInt8]]) -> [UInt8]?
}
