internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// What an image generation or edit asks for, and its answer.
struct ImageAnswer: Sendable {
    let model: SimulatedModel
    let prompt: String
    let count: Int
    let width: Int
    let height: Int
    /// As asked for, or what the model takes without.
    let quality: String
    let givesURL: Bool
    /// Images that were sent along.
    let inputs: Int
    let route: String
    let ticket: CallTicket
    private let digest: UInt64

    init(_ payload: RequestPayload, route: String, body: [UInt8], ticket: CallTicket, seed: UInt64)
        throws(SimulatedError)
    {
        model = SimulatedModel(payload.text("model") ?? "dall-e-2")
        prompt = try payload.required("prompt")
        let count = payload.text("n").map { Int($0) ?? -1 } ?? 1
        guard (1...10).contains(count) else {
            throw .invalid("n", "Invalid 'n': expected an integer from 1 to 10.")
        }
        self.count = count
        (width, height) = try ImageAnswer.size(payload.text("size"))
        quality = ImageAnswer.quality(payload.text("quality"), model: model)
        let format = payload.text("response_format") ?? (model.drawsWithTokens ? "b64_json" : "url")
        guard ["url", "b64_json"].contains(format) else {
            throw .invalid(
                "response_format", "Invalid value: '\(format)'. Supported values are: 'url' and 'b64_json'.")
        }
        givesURL = format == "url"
        inputs = try ImageAnswer.inputs(payload, route: route)
        self.route = route
        self.ticket = ticket
        var digest = Digest64(seed: seed)
        digest.add("\(route) \(model.name) \(prompt)")
        self.digest = digest.value
    }

    /// The answer; images that are given as a URL are kept, so that they can be fetched.
    func reply(
        origin: String, memory: SimulatedMemory, at time: Timestamp, fault: ImageFault?
    ) -> SimulatedReply {
        let folder = fault.map { "\($0.rawValue)/" } ?? ""
        let data = (0..<count).map { index -> JSONValue in
            let bytes =
                PNGImage(width: width, height: height, pattern: digest &+ UInt64(index) &* 0x9E37_79B9).bytes
                ?? []
            guard givesURL else { return .record(["b64_json": .text(Base64Text.encode(bytes))]) }
            let name = ticket.id("img-", index) + ".png"
            memory.keep(image: bytes, named: name, at: time)
            return .record([
                "url": .text("\(origin)/images/\(folder)\(name)"), "revised_prompt": .text(prompt),
            ])
        }
        return .json(
            .record([
                "created": .integer(ticket.created), "data": .array(data),
                "background": model.drawsWithTokens ? .text("opaque") : nil,
                "output_format": model.drawsWithTokens ? .text("png") : nil,
                "quality": model.drawsWithTokens ? .text(quality) : nil,
                "size": model.drawsWithTokens ? .text("\(width)x\(height)") : nil,
                "usage": model.drawsWithTokens ? usageJSON : nil,
            ]),
            bill: Bill(id: ticket.id("img-"), route: route, model: model, usage: usage))
    }

    private var usage: Usage {
        guard model.drawsWithTokens else {
            return Usage(meters: [
                .init(.image, variant: "\(quality)/\(width)x\(height)", count: Int64(count))
            ])
        }
        var tokens = TokenUsage(input: textTokens + imageTokens, output: outputTokens)
        tokens.imageInput = imageTokens
        tokens.imageOutput = outputTokens
        return Usage(tokens: tokens)
    }

    private var usageJSON: JSONValue {
        .record([
            "input_tokens": .integer(textTokens + imageTokens), "output_tokens": .integer(outputTokens),
            "total_tokens": .integer(textTokens + imageTokens + outputTokens),
            "input_tokens_details": .record([
                "text_tokens": .integer(textTokens), "image_tokens": .integer(imageTokens),
            ]),
        ])
    }

    private var textTokens: Int64 { SimulatedTokens.count(prompt) }
    private var imageTokens: Int64 { Int64(inputs) * 323 }

    /// OpenAI's table for gpt-image-1; other sizes count as the square
    /// (https://platform.openai.com/docs/guides/image-generation#cost-and-latency).
    private var outputTokens: Int64 {
        let table: (square: Int64, tall: Int64, wide: Int64) =
            switch quality {
            case "low": (272, 408, 400)
            case "high": (4_160, 6_240, 6_208)
            default: (1_056, 1_584, 1_568)
            }
        let each = width == height ? table.square : width < height ? table.tall : table.wide
        return each * Int64(count)
    }

    private static func quality(_ asked: String?, model: SimulatedModel) -> String {
        switch asked {
        case nil, "auto": model.drawsWithTokens ? "medium" : "standard"
        case let asked?: asked
        }
    }

    private static func size(_ text: String?) throws(SimulatedError) -> (Int, Int) {
        guard let text, text != "auto" else { return (1_024, 1_024) }
        let sides = text.split(separator: "x").compactMap { Int($0) }
        guard sides.count == 2, sides.allSatisfy({ (1...4_096).contains($0) }) else {
            throw .invalid("size", "Invalid value: '\(text)'. Expected WIDTHxHEIGHT of at most 4096 each.")
        }
        return (sides[0], sides[1])
    }

    private static func inputs(_ payload: RequestPayload, route: String) throws(SimulatedError) -> Int {
        guard route == "/images/edits" else { return 0 }
        let count =
            switch payload {
            case .form(let form): form.files("image").count
            case .json(let document): document.root["images"]?.elements.count ?? 0
            }
        guard count > 0 else { throw .missing("image") }
        return count
    }
}
