/// How a chart looks: colours by class, so that the reader's preference for light or dark decides.
///
/// Each colour has a contrast of at least 3 to 1 with its background (WCAG 2.1, 1.4.11). Nothing is loaded
/// from elsewhere. Lengths are tenths of a pixel.
enum ChartStyle {
    /// The colours of series, and after them that of what is left over.
    private static let light = [
        "#2f5fd0", "#c2570c", "#2c7f3f", "#8a3ffc", "#00797c", "#b32d78", "#7a5c00", "#4d6a88", "#6b7280",
    ]
    private static let dark = [
        "#7aa2ff", "#ff9d5c", "#6fcf86", "#c39bff", "#4fd1d1", "#ff86c1", "#d9b45b", "#a8c0d8", "#9aa0aa",
    ]

    static var text: String {
        """
        text{font:120px system-ui,sans-serif;fill:#1f2328}.h{font-size:180px;font-weight:600}\
        .n{fill:#57606a}.e{text-anchor:end}.m{text-anchor:middle}.p{fill:#fff}\
        .g{stroke:#d0d7de;stroke-width:8}.q{fill-opacity:.4}\(fills(light))\
        @media(prefers-color-scheme:dark){text{fill:#e6edf3}.n{fill:#9198a1}.p{fill:#0d1117}\
        .g{stroke:#3d444d}\(fills(dark))}
        """
    }

    /// The class of a series: its own colour, or that of what is left over.
    static func colorClass(of series: Int, isRest: Bool) -> String {
        "c\(isRest ? light.count - 1 : series % light.count)"
    }

    private static func fills(_ colors: [String]) -> String {
        colors.enumerated().map { ".c\($0){fill:\($1)}" }.joined()
    }
}
