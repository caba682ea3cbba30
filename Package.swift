// swift-tools-version: 6.1
import PackageDescription

// The module table of the project as code: a target imports only what stands above it here.
// `Gateway` guards everything that only the server and the command line need, so that an app which depends on
// this package with `traits: []` neither fetches nor builds a server package.

let server = TargetDependencyCondition.when(traits: ["Gateway"])

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "pennyweight",
    platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
    products: [
        .library(name: "Pennyweight", targets: ["Pennyweight"]),
        .library(name: "PennyweightURLSession", targets: ["PennyweightURLSession"]),
        .library(name: "PennyweightAsyncHTTPClient", targets: ["PennyweightAsyncHTTPClient"]),
        .library(name: "PennyweightSQLite", targets: ["PennyweightSQLite"]),
        .library(name: "PennyweightGateway", targets: ["PennyweightGateway"]),
        .library(name: "PennyweightTesting", targets: ["PennyweightTesting"]),
        .executable(name: "pennyweight", targets: ["PennyweightCLI"]),
    ],
    traits: [
        .trait(
            name: "Gateway", description: "The HTTP gateway, its command line, and AsyncHTTPClient."),
        .default(enabledTraits: ["Gateway"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-http-types", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.2.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        // Only with the trait `Gateway`:
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.0.0",
            traits: [.defaults, "YAML"]),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.10.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.25.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
    ],
    targets: [
        // Level 0
        .target(name: "PennyweightTime", swiftSettings: settings),
        .target(name: "PennyweightJSON", swiftSettings: settings),

        // Level 1
        .target(
            name: "PennyweightPipeline",
            dependencies: [
                "PennyweightTime",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "PennyweightLedger",
            dependencies: [
                "PennyweightTime", "PennyweightJSON",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["Prices/prices.json"],  // embedded as text by ShippedPrices.swift
            swiftSettings: settings),

        // Level 2
        .target(
            name: "PennyweightMiddleware",
            dependencies: [
                "PennyweightTime", "PennyweightJSON", "PennyweightPipeline", "PennyweightLedger",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),

        // Level 3
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite3"])]),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(
            name: "PennyweightOpenAI",
            dependencies: [
                "PennyweightTime", "PennyweightJSON", "PennyweightPipeline", "PennyweightLedger",
                "PennyweightMiddleware",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: settings),
        .target(
            name: "PennyweightSQLite",
            dependencies: [
                "PennyweightTime", "PennyweightJSON", "PennyweightPipeline", "PennyweightLedger",
                "PennyweightMiddleware", "CSQLite", "CZlib",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(
            name: "PennyweightURLSession",
            dependencies: [
                "PennyweightTime", "PennyweightPipeline",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: settings),
        .target(
            name: "PennyweightAsyncHTTPClient",
            dependencies: [
                "PennyweightTime", "PennyweightPipeline",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "AsyncHTTPClient", package: "async-http-client", condition: server),
                .product(name: "NIOCore", package: "swift-nio", condition: server),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: server),
            ],
            swiftSettings: settings),
        .target(
            name: "PennyweightTesting",
            dependencies: [
                "PennyweightTime", "PennyweightJSON", "PennyweightPipeline", "PennyweightLedger",
                "PennyweightMiddleware", "PennyweightOpenAI", "CZlib",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Hummingbird", package: "hummingbird", condition: server),
                .product(name: "NIOCore", package: "swift-nio", condition: server),
                .product(name: "NIOPosix", package: "swift-nio", condition: server),
                .product(
                    name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: server),
            ],
            swiftSettings: settings),
        .target(
            name: "Pennyweight",
            dependencies: [
                "PennyweightTime", "PennyweightJSON", "PennyweightPipeline", "PennyweightLedger",
                "PennyweightMiddleware", "PennyweightOpenAI", "PennyweightSQLite", "PennyweightURLSession",
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),

        // Level 4
        .target(
            name: "PennyweightGateway",
            dependencies: [
                "PennyweightTime", "PennyweightJSON", "PennyweightPipeline", "PennyweightLedger",
                "PennyweightMiddleware", "PennyweightOpenAI",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Configuration", package: "swift-configuration", condition: server),
                .product(name: "Hummingbird", package: "hummingbird", condition: server),
                .product(name: "NIOCore", package: "swift-nio", condition: server),
                .product(
                    name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: server),
            ],
            swiftSettings: settings),

        // Level 5
        .executableTarget(
            name: "PennyweightCLI",
            dependencies: [
                "PennyweightTime", "PennyweightJSON", "PennyweightPipeline", "PennyweightLedger",
                "PennyweightMiddleware", "PennyweightOpenAI", "PennyweightSQLite",
                "PennyweightAsyncHTTPClient", "PennyweightTesting", "PennyweightGateway",
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser", condition: server),
                .product(name: "Configuration", package: "swift-configuration", condition: server),
                .product(
                    name: "UnixSignals", package: "swift-service-lifecycle", condition: server),
                .product(
                    name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: server),
            ],
            swiftSettings: settings),

        // Tests: one target for each target above, and the style guide as a test
        .testTarget(
            name: "PennyweightTimeTests", dependencies: ["PennyweightTime", "PennyweightTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "PennyweightJSONTests",
            dependencies: ["PennyweightJSON", "PennyweightTime", "PennyweightTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "PennyweightPipelineTests",
            dependencies: [
                "PennyweightTime", "PennyweightPipeline", "PennyweightTesting",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "PennyweightLedgerTests",
            dependencies: [
                "PennyweightTime", "PennyweightJSON", "PennyweightLedger", "PennyweightTesting",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "PennyweightMiddlewareTests",
            dependencies: [
                "PennyweightTime", "PennyweightJSON", "PennyweightPipeline", "PennyweightLedger",
                "PennyweightMiddleware", "PennyweightTesting",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "PennyweightOpenAITests",
            dependencies: [
                "PennyweightTime", "PennyweightJSON", "PennyweightPipeline", "PennyweightLedger",
                "PennyweightMiddleware", "PennyweightOpenAI", "PennyweightTesting",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "PennyweightSQLiteTests",
            dependencies: [
                "PennyweightTime", "PennyweightJSON", "PennyweightPipeline", "PennyweightLedger",
                "PennyweightMiddleware", "PennyweightSQLite", "PennyweightTesting",
            ],
            exclude: ["Golden"],  // files that earlier versions wrote
            swiftSettings: settings),
        .testTarget(
            name: "PennyweightURLSessionTests",
            dependencies: [
                "PennyweightTime", "PennyweightPipeline", "PennyweightURLSession", "PennyweightTesting",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio", condition: server),
                .product(name: "NIOPosix", package: "swift-nio", condition: server),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: server),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "PennyweightAsyncHTTPClientTests",
            dependencies: [
                "PennyweightTime", "PennyweightPipeline", "PennyweightAsyncHTTPClient",
                "PennyweightTesting",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "AsyncHTTPClient", package: "async-http-client", condition: server),
                .product(name: "NIOCore", package: "swift-nio", condition: server),
                .product(name: "NIOPosix", package: "swift-nio", condition: server),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: server),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "PennyweightTestingTests",
            dependencies: [
                "PennyweightTime", "PennyweightJSON", "PennyweightPipeline", "PennyweightLedger",
                "PennyweightMiddleware", "PennyweightOpenAI", "PennyweightTesting",
                "PennyweightAsyncHTTPClient",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "AsyncHTTPClient", package: "async-http-client", condition: server),
                .product(name: "NIOCore", package: "swift-nio", condition: server),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: server),
            ],
            exclude: ["Cassettes/Cassettes"],
            swiftSettings: settings),
        .testTarget(
            name: "PennyweightTests",
            dependencies: [
                "PennyweightTime", "PennyweightJSON", "PennyweightPipeline", "PennyweightLedger",
                "PennyweightMiddleware", "PennyweightOpenAI", "PennyweightSQLite", "Pennyweight",
                "PennyweightTesting",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "PennyweightGatewayTests",
            dependencies: [
                "PennyweightTime", "PennyweightJSON", "PennyweightPipeline", "PennyweightLedger",
                "PennyweightMiddleware", "PennyweightOpenAI", "PennyweightSQLite",
                "PennyweightAsyncHTTPClient",
                "PennyweightTesting", "PennyweightGateway",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "AsyncHTTPClient", package: "async-http-client", condition: server),
                .product(name: "Configuration", package: "swift-configuration", condition: server),
                .product(name: "Hummingbird", package: "hummingbird", condition: server),
                .product(name: "HummingbirdTesting", package: "hummingbird", condition: server),
                .product(name: "NIOCore", package: "swift-nio", condition: server),
                .product(name: "NIOPosix", package: "swift-nio", condition: server),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: server),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "PennyweightCLITests",
            dependencies: [
                "PennyweightTime", "PennyweightJSON", "PennyweightPipeline", "PennyweightLedger",
                "PennyweightMiddleware", "PennyweightOpenAI", "PennyweightSQLite",
                "PennyweightAsyncHTTPClient", "PennyweightTesting", "PennyweightGateway", "PennyweightCLI",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser", condition: server),
            ],
            swiftSettings: settings),
        .testTarget(name: "TidyTests", swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
