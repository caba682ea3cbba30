#if Gateway
/// The results of a scene in columns: what each call cost and saved.
struct SceneTable {
    let results: [ScenePlayer.Result]
    let terminal: Terminal

    var lines: [String] {
        let table = TextTable(
            columns: [
                ("call", .left), ("status", .right), ("cache", .left), ("cost", .right), ("saved", .right),
                ("attempts", .right), ("ms", .right),
            ],
            rows: results.map { result in
                [
                    result.step.title, String(result.status), result.cache,
                    result.cost.map { "$" + $0 } ?? "-",
                    result.saved.map { "$" + $0 } ?? "-", result.attempts, String(result.milliseconds),
                ]
            })
        var lines = table.lines
        for (index, result) in results.enumerated() {
            if ["hit", "coalesced"].contains(result.cache) {
                lines[index + 1] = terminal.styled(lines[index + 1], .green)
            }
            if result.status >= 400 { lines[index + 1] = terminal.styled(lines[index + 1], .yellow) }
        }
        lines[0] = terminal.styled(lines[0], .bold)
        let messages = results.compactMap { result in
            result.message.map { "\n\(result.step.title): \(result.status) \($0)" }
        }
        return lines + messages
    }
}
#endif
