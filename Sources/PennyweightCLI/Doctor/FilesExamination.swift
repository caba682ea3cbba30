#if Gateway
private import Foundation
internal import PennyweightLedger
internal import PennyweightPipeline
internal import PennyweightSQLite

/// Looks at the data directory and the ledger in it; writes nothing.
struct FilesExamination {
    let path: String
    /// Whether this user may write at a path.
    let isWritable: (String) -> Bool

    init(
        _ path: String, isWritable: @escaping (String) -> Bool = FileManager.default.isWritableFile(atPath:)
    ) {
        self.path = path
        self.isWritable = isWritable
    }

    private var ledgerPath: String { path + "/ledger.sqlite" }

    func findings() async -> [Finding] {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            return [absent()]
        }
        guard isDirectory.boolValue else {
            return [.problem("files", "\(path) is not a directory", fix: "move it, or give another --data")]
        }
        var findings = access()
        guard FileManager.default.fileExists(atPath: ledgerPath) else {
            return findings + [.fine("files", "\(path) has no ledger yet; serve creates it")]
        }
        findings += await ledger()
        return findings
    }

    private func absent() -> Finding {
        var parent = URL(fileURLWithPath: path).deletingLastPathComponent()
        while parent.path != "/", !FileManager.default.fileExists(atPath: parent.path) {
            parent.deleteLastPathComponent()
        }
        guard isWritable(parent.path) else {
            return .problem(
                "files", "\(path) does not exist, and this user can't create it in \(parent.path)",
                fix: "create it as another user and chown it, or give another --data")
        }
        return .fine("files", "\(path) does not exist yet; serve creates it")
    }

    private func access() -> [Finding] {
        var findings: [Finding] = []
        let mode = (try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int) ?? 0
        if mode & 0o077 != 0 {
            findings.append(.warning("files", "other users may enter \(path)", fix: "chmod 700 \(path)"))
        }
        let names = ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "ledger.lock"]
        let files = names.map { path + "/" + $0 }.filter(FileManager.default.fileExists(atPath:))
        for place in [path] + files where !isWritable(place) {
            findings.append(
                .problem(
                    "files", "this user can't write \(place), so serve can't start",
                    fix: "run as its owner, or chown it and chmod u+rw\(place == path ? "x" : "") \(place)"))
        }
        return findings
    }

    private func ledger() async -> [Finding] {
        do {
            let ledger = try LedgerFile.reading(in: path)
            try ledger.checkStructure()
            let report = try await ledger.report(ReportQuery(by: .model))
            await ledger.close()
            let open = report.openHolds == 0 ? "" : ", \(report.openHolds) attempts open"
            let fine = Finding.fine(
                "files", "the ledger is whole, and has \(report.total.calls) calls\(open)")
            guard report.total.unknown > 0 else { return [fine] }
            return [
                fine,
                .warning(
                    "files", "\(report.total.unknown) calls have an unknown cost",
                    fix: "see which: pennyweight report --by model --data \(path)"),
            ]
        } catch {
            let message = (error as? Failure)?.message ?? "\(error)"
            return [
                .problem("files", message, fix: "restore ledger.sqlite from a copy, or give another --data")
            ]
        }
    }
}
#endif
