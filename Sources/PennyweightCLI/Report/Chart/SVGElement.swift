/// An element of an SVG document. The same element is always the same text.
struct SVGElement {
    let name: String
    private var attributes: [(name: String, value: String)]
    private var text: String?
    private var children: [SVGElement] = []

    init(_ name: String, _ attributes: KeyValuePairs<String, any CustomStringConvertible> = [:]) {
        self.name = name
        self.attributes = attributes.map { ($0.key, $0.value.description) }
    }

    /// An element with text between its tags.
    init(
        _ name: String, _ attributes: KeyValuePairs<String, any CustomStringConvertible> = [:], text: String
    ) {
        self.init(name, attributes)
        self.text = text
    }

    /// An element with others between its tags.
    init(
        _ name: String, _ attributes: KeyValuePairs<String, any CustomStringConvertible> = [:],
        _ children: [SVGElement]
    ) {
        self.init(name, attributes)
        self.children = children
    }

    /// The element and what is in it, a line for each that has no children of its own.
    var lines: [String] {
        let list = attributes.map { " \($0.name)=\"\(SVGElement.escaped($0.value))\"" }.joined()
        let tag = "<\(name)\(list)"
        if let text { return ["\(tag)>\(SVGElement.escaped(text))</\(name)>"] }
        if children.isEmpty { return ["\(tag)/>"] }
        return ["\(tag)>"] + children.flatMap(\.lines) + ["</\(name)>"]
    }

    /// The text with everything escaped that XML 1.0 reserves (section 2.4), and `?` for the characters that
    /// it forbids (section 2.2) or that would turn the direction of a line.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case _ where isForbidden(scalar): escaped += "?"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isNoncharacterCodePoint { return true }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        case .format: return scalar.properties.isBidiControl
        default: return false
        }
    }
}
