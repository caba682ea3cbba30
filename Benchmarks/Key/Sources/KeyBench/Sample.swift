/// Chat requests as they are sent, of about a size.
enum Sample {
    /// Two messages and nine parameters, in the order in which the official Python client sends them.
    static func small() -> [UInt8] { request(ofBytes: 1_000, hasTools: false) }

    /// A conversation of about 20 KB with tools.
    static func medium() -> [UInt8] { request(ofBytes: 20_000, hasTools: true) }

    /// A long document, cut into messages.
    static func large() -> [UInt8] { request(ofBytes: 1_000_000, hasTools: true) }

    /// A list of zeros: nothing but tokens.
    static func zeros(bytes: Int) -> [UInt8] { [0x5B] + repeated("0,", bytes / 2 - 1) + "0]".utf8 }

    private static func repeated(_ text: String, _ count: Int) -> [UInt8] {
        Array(repeatElement(Array(text.utf8), count: count).joined())
    }

    private static func request(ofBytes size: Int, hasTools: Bool) -> [UInt8] {
        var messages = [
            #"{"role":"system","content":"You are an expert assistant. Answer briefly and truthfully."}"#
        ]
        let tail =
            #","temperature":0.2,"top_p":0.95,"n":1,"seed":20260,"max_completion_tokens":500,"#
            + #""presence_penalty":0.0,"stop":["END"],"user":"u-81","stream":true"#
            + (hasTools ? #","tools":[\#(tools)]}"# : "}")
        var length = 60 + messages[0].utf8.count + tail.utf8.count
        for number in 0... where length < size {
            let paragraph = text(number, bytes: min(1_500, max(40, size - length - 40)))
            let role = number % 2 == 0 ? "user" : "assistant"
            messages.append(#"{"role":"\#(role)","content":"\#(paragraph)"}"#)
            length += messages[messages.count - 1].utf8.count + 1
            if length >= size { break }
        }
        return Array(#"{"model":"gpt-4o-mini","messages":[\#(messages.joined(separator: ","))]\#(tail)"#.utf8)
    }

    /// Prose with what it has in life: line ends, quotation marks, an accent now and then.
    private static func text(_ number: Int, bytes: Int) -> String {
        let sentences = [
            "The ledger of a small shop is older than its till. ", #"She asked: \"What does it cost?\" "#,
            "Nobody knew; the price had changed twice since noon.\\n\\n", "Zürich answered first, naïvely. ",
            "A list of 3 items follows, each with a price in cents and a count. ",
        ]
        var text = "Part \(number): "
        var index = number
        while text.utf8.count < bytes {
            text += sentences[index % sentences.count]
            index += 1
        }
        return text
    }

    private static let tools = (0..<3).map { number in
        #"{"type":"function","function":{"name":"look_up_\#(number)","description":"Looks a price up.","#
            + #""parameters":{"type":"object","properties":{"name":{"type":"string","description":"What to look up"},"#
            + #""limit":{"type":"integer","minimum":1}},"required":["name"]}}}"#
    }.joined(separator: ",")
}
