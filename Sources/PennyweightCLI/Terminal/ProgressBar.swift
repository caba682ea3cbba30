private import Foundation

#if canImport(Darwin)
private import Darwin
#elseif canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#endif

/// How far a long command is, on one line of standard error; nothing where that is no terminal.
struct ProgressBar {
    let title: String
    private let isShown: Bool
    private var lastPermille: Int64 = -1

    static let columns: Int64 = 30

    init(_ title: String, isShown: Bool = isatty(STDERR_FILENO) == 1) {
        self.title = title
        self.isShown = isShown
    }

    /// Draws the bar anew, if it looks different by now.
    mutating func show(_ done: Int64, of all: Int64) {
        guard isShown, let text = text(done, of: all) else { return }
        FileHandle.standardError.write(Data("\r\(text)".utf8))
    }

    /// Takes the bar away.
    func clear() {
        guard isShown, lastPermille >= 0 else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }

    /// `lines  ██████████▌                     35.0 % 350/1000`; nil if it looks as it did.
    mutating func text(_ done: Int64, of all: Int64) -> String? {
        let permille = all > 0 ? min(max(done, 0), all) * 1_000 / all : 1_000
        guard permille != lastPermille else { return nil }
        lastPermille = permille
        let full = permille * ProgressBar.columns / 1_000
        let bar = String(repeating: "█", count: Int(full))
        let rest = String(repeating: " ", count: Int(ProgressBar.columns - full))
        return "\(title)  \(bar)\(rest) \(permille / 10).\(permille % 10) % \(done)/\(all)"
    }
}
