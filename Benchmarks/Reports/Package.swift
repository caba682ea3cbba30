// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "report-bench",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "pennyweight", path: "../..", traits: [])],
    targets: [
        .executableTarget(
            name: "ReportBench", dependencies: [.product(name: "PennyweightSQLite", package: "pennyweight")])
    ])
