#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// What the program's output goes to: a terminal with colors and a width, or a file or pipe.
struct Terminal: Sendable {
    /// True if escape sequences are understood: a terminal, `NO_COLOR` unset, `TERM` not `dumb`.
    let hasColor: Bool
    /// True if a person looks at it, so that bars make sense.
    let isInteractive: Bool
    let columns: Int

    /// The terminal behind standard output.
    static func standardOutput(environment: [String: String]) -> Terminal {
        guard isatty(STDOUT_FILENO) == 1 else { return .plain }
        var size = winsize()
        let hasSize = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        let isDumb = environment["TERM"] == "dumb" || !(environment["NO_COLOR"] ?? "").isEmpty
        return Terminal(hasColor: !isDumb, isInteractive: true, columns: hasSize ? Int(size.ws_col) : 80)
    }

    /// A file or a pipe.
    static let plain = Terminal(hasColor: false, isInteractive: false, columns: 80)

    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    /// The text in a style, or as it is where escape sequences are not understood.
    func styled(_ text: String, _ style: Style) -> String {
        hasColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
