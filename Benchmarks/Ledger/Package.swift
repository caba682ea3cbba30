// swift-tools-version: 6.1
import PackageDescription

// A program that writes to a ledger as fast as it can. A package of its own: nobody who depends on the library gets it.
let root = String(
    Context.packageDirectory.dropLast("/Benchmarks/Ledger".count).split(separator: "/").last ?? "")

let package = Package(
    name: "LedgerBench",
    platforms: [.macOS(.v15)],
    dependencies: [.package(path: "../..", traits: [])],
    targets: [
        .executableTarget(
            name: "LedgerBench", dependencies: [.product(name: "PennyweightSQLite", package: root)])
    ],
    swiftLanguageModes: [.v6]
)
