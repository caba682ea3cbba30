// swift-tools-version: 6.1
import PackageDescription

// A program that fills a cache and asks it. A package of its own: nobody who depends on the library gets it.
let root = String(
    Context.packageDirectory.dropLast("/Benchmarks/Cache".count).split(separator: "/").last ?? "")

let package = Package(
    name: "CacheBench",
    platforms: [.macOS(.v15)],
    dependencies: [.package(path: "../..", traits: [])],
    targets: [
        .executableTarget(
            name: "CacheBench", dependencies: [.product(name: "Pennyweight", package: root)])
    ],
    swiftLanguageModes: [.v6]
)
