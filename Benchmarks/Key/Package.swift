// swift-tools-version: 6.1
import PackageDescription

// A program that makes cache keys as fast as it can. A package of its own: nobody who depends on the library gets it.
let root = String(
    Context.packageDirectory.dropLast("/Benchmarks/Key".count).split(separator: "/").last ?? "")

let package = Package(
    name: "KeyBench",
    platforms: [.macOS(.v15)],
    dependencies: [.package(path: "../..", traits: [])],
    targets: [
        .target(name: "CCount"),
        .executableTarget(
            name: "KeyBench", dependencies: ["CCount", .product(name: "Pennyweight", package: root)]),
    ],
    swiftLanguageModes: [.v6]
)
