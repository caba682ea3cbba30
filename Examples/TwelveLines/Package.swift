// swift-tools-version: 6.1
import PackageDescription

// An app that embeds the library. With `traits: []` it fetches and builds no server package.
let root = String(
    Context.packageDirectory.dropLast("/Examples/TwelveLines".count).split(separator: "/").last ?? "")

let package = Package(
    name: "TwelveLines",
    platforms: [.macOS(.v15)],
    dependencies: [.package(path: "../..", traits: [])],
    targets: [
        .executableTarget(name: "TwelveLines", dependencies: [.product(name: "Pennyweight", package: root)])
    ],
    swiftLanguageModes: [.v6]
)
