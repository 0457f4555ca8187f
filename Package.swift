// swift-tools-version: 6.1
import PackageDescription

let root = Context.packageDirectory
let arrow = "\(root)/.deps/arrow"

let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let fixtures: [Resource] = [.copy("Fixtures")]

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A library target of the project, with the settings every one of them has.
func layer(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: ["README.md"] + exclude, swiftSettings: strict)
}

/// The tests of one target; `dependencies` are what they import beside it.
func tests(of name: String, _ dependencies: [Target.Dependency] = ["SlipwayCore"], resources: [Resource] = []) -> Target
{
    .testTarget(
        name: "\(name)Tests", dependencies: [.target(name: name), "SlipwayTestSupport"] + dependencies,
        resources: resources, swiftSettings: strict)
}

// Layers, lowest first. An arrow may only point up this list; `scripts/check_layers.py` holds everyone to it.
let package = Package(
    name: "slipway",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "slipway", targets: ["slipway"]),
        // What Benchmarks/ measures; not for others.
        .library(
            name: "SlipwayBenchmarked",
            targets: [
                "SlipwayCore", "SlipwayConfig", "SlipwayGraph", "SlipwayFeatures", "SlipwayFeatureEngine",
                "SlipwayData",
                "SlipwayArtifact", "SlipwayRuntime", "SlipwayBackendAOT", "SlipwayMeasure",
            ]),
        .library(name: "SlipwayKernels", targets: ["SlipwayKernels", "SlipwayCore"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        layer("SlipwayCore", []),
        .target(name: "CSlipwayKernels", cSettings: [.unsafeFlags(["-O3", "-fno-math-errno"])]),
        layer("SlipwayKernels", ["SlipwayCore", "CSlipwayKernels"]),
        layer(
            "SlipwayConfig",
            ["SlipwayCore", protobuf],
            exclude: ["Protos"]),
        layer("SlipwayCheckpoint", ["SlipwayCore"]),
        layer("SlipwayGraph", ["SlipwayCore"]),
        layer(
            "SlipwayFeatures",
            [
                "SlipwayCore", "SlipwayConfig", protobuf,
                crypto,
            ]),
        .target(name: "CSlipwayText", cSettings: [.unsafeFlags(["-O3"])]),
        layer("SlipwayFeatureEngine", ["SlipwayCore", "CSlipwayText"]),
        layer(
            "SlipwayArtifact",
            ["SlipwayCore", "SlipwayGraph", "SlipwayCheckpoint", crypto]),
        .target(
            name: "CSlipwayArrow",
            cxxSettings: [.unsafeFlags(["-std=c++20", "-O2", "-isystem", "\(arrow)/include"])],
            linkerSettings: [
                .unsafeFlags([
                    "-L\(arrow)/lib", "-Xlinker", "-rpath=\(arrow)/lib", "-Xlinker", "-rpath=$ORIGIN/../lib/slipway",
                ]),
                .linkedLibrary("arrow"), .linkedLibrary("parquet"),
            ]),
        layer("SlipwayData", ["SlipwayCore", "CSlipwayArrow"]),
        // Debian's faiss is a static library; what it calls (OpenMP, BLAS, LAPACK) is not.
        .target(
            name: "CSlipwayFaiss",
            cxxSettings: [.headerSearchPath("openmp"), .unsafeFlags(["-std=c++17", "-O2"])],
            linkerSettings: [
                .linkedLibrary("faiss"), .linkedLibrary("gomp"), .linkedLibrary("lapack"), .linkedLibrary("blas"),
            ]),
        layer("SlipwayRecall", ["SlipwayCore", "SlipwayData", "CSlipwayFaiss"]),
        layer("SlipwayRuntime", ["SlipwayCore", "SlipwayKernels", "SlipwayGraph", "SlipwayArtifact"]),
        layer("SlipwayModels", ["SlipwayCore", "SlipwayConfig", "SlipwayGraph", "SlipwayFeatures"]),
        layer(
            "SlipwayMeasure",
            [
                "SlipwayCore", "SlipwayKernels", "SlipwayGraph", "SlipwayArtifact", "SlipwayRuntime", "SlipwayCompile",
                "SlipwayBackendAOT",
            ]),
        layer("SlipwayPasses", ["SlipwayCore", "SlipwayGraph"]),
        layer("SlipwayCompile", ["SlipwayCore", "SlipwayGraph"]),
        .target(name: "CSlipwayAOT", exclude: ["runtime"]),
        layer(
            "SlipwayBackendAOT",
            [
                "SlipwayCore", "SlipwayKernels", "SlipwayGraph", "SlipwayCheckpoint", "SlipwayArtifact",
                "SlipwayRuntime",
                "SlipwayCompile", "CSlipwayAOT",
            ]),
        layer(
            "SlipwayInspect",
            [
                "SlipwayCore", "SlipwayConfig", "SlipwayCheckpoint", "SlipwayGraph", "SlipwayArtifact", "SlipwayData",
                "SlipwayPasses",
            ]),
        layer("SlipwayPage", ["SlipwayInspect"]),
        layer(
            "SlipwayExport",
            [
                "SlipwayCore", "SlipwayKernels", "SlipwayConfig", "SlipwayCheckpoint", "SlipwayGraph",
                "SlipwayArtifact",
                "SlipwayFeatures", "SlipwayModels", "SlipwayPasses", "SlipwayBackendAOT",
            ]),
        layer(
            "SlipwayPredict",
            [
                "SlipwayCore", "SlipwayConfig", "SlipwayGraph", "SlipwayArtifact", "SlipwayFeatures",
                "SlipwayFeatureEngine", "SlipwayData", "SlipwayRuntime", "SlipwayModels", "SlipwayExport",
                "SlipwayBackendAOT",
            ]),
        // LZ4, Snappy, SQLite, zlib and zstd, as Debian has them.
        .systemLibrary(name: "CSlipwaySystem"),
        layer("SlipwayProtocol", ["SlipwayCore", "CSlipwaySystem", crypto]),
        layer("SlipwayScheduling", ["SlipwayCore"]),
        // Debian's hiredis, which has no TLS; OpenSSL, for that, is loaded when it is wanted.
        .target(name: "CSlipwayRedis", linkerSettings: [.linkedLibrary("hiredis")]),
        layer("SlipwayRedis", ["SlipwayCore", "SlipwayScheduling", "CSlipwayRedis"]),
        layer("SlipwayItems", ["SlipwayCore", "SlipwayData", "SlipwayScheduling", "SlipwayRedis"]),
        layer("SlipwayLatency", []),
        layer("SlipwayMetrics", [metrics]),
        layer(
            "SlipwayOnline",
            [
                "SlipwayCore", "SlipwayConfig", "SlipwayGraph", "SlipwayArtifact", "SlipwayFeatures",
                "SlipwayFeatureEngine", "SlipwayData", "SlipwayRecall", "SlipwayRuntime", "SlipwayBackendAOT",
                "SlipwayProtocol", "SlipwayScheduling", "SlipwayItems", "CSlipwaySystem", crypto,
            ]),
        layer(
            "SlipwayRetrieval",
            [
                "SlipwayCore", "SlipwayConfig", "SlipwayArtifact", "SlipwayData", "SlipwayRecall", "SlipwayPredict",
                "SlipwayOnline",
            ]),
        layer(
            "SlipwayServing",
            [
                "SlipwayCore", "SlipwayKernels", "SlipwayProtocol", "SlipwayScheduling", "SlipwayMetrics",
                "SlipwayRedis", "SlipwayItems", "SlipwayOnline", "SlipwayRecall",
                "SlipwayArtifact", "SlipwayFeatures", "SlipwayGraph", "SlipwayRuntime", metrics,
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Yams", package: "Yams"),
            ]),
        layer(
            "SlipwayLoad",
            [
                "SlipwayCore", "SlipwayFeatureEngine", "SlipwayArtifact", "SlipwayInspect", "SlipwayPage",
                "SlipwayLatency",
                "SlipwayScheduling", "SlipwayProtocol", "SlipwayOnline",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        layer(
            "SlipwayVerify",
            [
                "SlipwayCore", "SlipwayKernels", "SlipwayConfig", "SlipwayCheckpoint", "SlipwayGraph",
                "SlipwayArtifact",
                "SlipwayFeatures", "SlipwayFeatureEngine", "SlipwayData", "SlipwayRuntime", "SlipwayModels",
                "SlipwayInspect", "SlipwayExport", "SlipwayPredict",
            ]),
        layer(
            "SlipwayReport",
            [
                "SlipwayCore", "SlipwayKernels", "SlipwayConfig", "SlipwayCheckpoint", "SlipwayGraph",
                "SlipwayArtifact",
                "SlipwayData", "SlipwayRuntime", "SlipwayModels", "SlipwayPasses", "SlipwayBackendAOT",
                "SlipwayInspect",
                "SlipwayPage", "SlipwayExport", "SlipwayVerify", protobuf,
            ]),
        .executableTarget(
            name: "slipway",
            dependencies: [
                "SlipwayCore", "SlipwayGraph", "SlipwayModels", "SlipwayRuntime", "SlipwayInspect", "SlipwayExport",
                "SlipwayPredict", "SlipwayVerify", "SlipwayReport", "SlipwayArtifact", "SlipwayBackendAOT",
                "SlipwayMeasure",
                "SlipwayRecall", "SlipwayOnline", "SlipwayRetrieval", "SlipwayServing", "SlipwayLoad", "SlipwayRedis",
                "SlipwayItems", "SlipwayScheduling", "SlipwayData",
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["README.md"], swiftSettings: strict),
        .target(
            name: "SlipwayTestSupport", dependencies: ["SlipwayCore"], path: "Tests/SlipwayTestSupport",
            exclude: ["README.md"], swiftSettings: strict),
        tests(of: "SlipwayCore", []),
        tests(of: "SlipwayKernels", resources: fixtures),
        tests(of: "SlipwayConfig", ["SlipwayCore", protobuf], resources: fixtures),
        tests(of: "SlipwayCheckpoint", resources: fixtures),
        tests(of: "SlipwayGraph"),
        .target(
            name: "SlipwayGraphFixtures", dependencies: ["SlipwayCore", "SlipwayGraph"],
            path: "Tests/SlipwayGraphFixtures", exclude: ["README.md"], swiftSettings: strict),
        tests(of: "SlipwayArtifact", ["SlipwayCore", "SlipwayGraph", "SlipwayCheckpoint"]),
        .target(
            name: "SlipwayFeatureFixtures", dependencies: ["SlipwayCore"], path: "Tests/SlipwayFeatureFixtures",
            exclude: ["README.md"], swiftSettings: strict),
        tests(of: "SlipwayFeatures", ["SlipwayCore", "SlipwayConfig", "SlipwayFeatureFixtures", protobuf]),
        tests(
            of: "SlipwayFeatureEngine", ["SlipwayCore", "CSlipwayText", "SlipwayFeatureFixtures"], resources: fixtures),
        tests(
            of: "SlipwayModels", ["SlipwayCore", "SlipwayConfig", "SlipwayGraph", "SlipwayFeatures"],
            resources: fixtures),
        tests(
            of: "SlipwayBackendAOT",
            [
                "SlipwayCore", "SlipwayKernels", "SlipwayGraph", "SlipwayArtifact", "SlipwayRuntime", "CSlipwayAOT",
                "SlipwayGraphFixtures",
            ]),
        tests(of: "SlipwayMeasure", ["SlipwayCore", "SlipwayGraph", "SlipwayArtifact", "SlipwayRuntime"]),
        tests(of: "SlipwayCompile", ["SlipwayCore", "SlipwayGraph"]),
        tests(
            of: "SlipwayPasses",
            [
                "SlipwayCore", "SlipwayGraph", "SlipwayConfig", "SlipwayFeatures", "SlipwayModels", "SlipwayRuntime",
                "SlipwayArtifact",
            ]),
        tests(of: "SlipwayData", resources: fixtures),
        tests(of: "SlipwayRecall", ["SlipwayCore", "SlipwayData"], resources: fixtures),
        tests(
            of: "SlipwayInspect",
            ["SlipwayCore", "SlipwayCheckpoint", "SlipwayGraph", "SlipwayArtifact", "SlipwayData"], resources: fixtures),
        tests(
            of: "SlipwayRuntime",
            ["SlipwayCore", "SlipwayKernels", "SlipwayGraph", "SlipwayArtifact", "SlipwayGraphFixtures"]),
        tests(
            of: "SlipwayReport",
            ["SlipwayCore", "SlipwayGraph", "SlipwayInspect", "SlipwayRuntime", "SlipwayArtifact", "SlipwayCheckpoint"]),
        tests(of: "SlipwayPage", []),
        tests(of: "SlipwayLatency", []),
        tests(of: "SlipwayRedis", ["SlipwayCore", "SlipwayScheduling"]),
        tests(of: "SlipwayItems", ["SlipwayCore", "SlipwayData", "SlipwayRedis", "SlipwayScheduling"]),
        tests(
            of: "SlipwayLoad",
            ["SlipwayCore", "SlipwayLatency", "SlipwayProtocol", "SlipwayFeatureEngine", "SlipwayInspect"]),
        tests(of: "SlipwayVerify", ["SlipwayCore", "SlipwayGraph", "SlipwayRuntime", "SlipwayArtifact"]),
        .testTarget(
            name: "SlipwayZooTests",
            dependencies: [
                "SlipwayModels", "SlipwayRuntime", "SlipwayArtifact", "SlipwayGraph", "SlipwayFeatures",
                "SlipwayConfig",
                "SlipwayCore", "SlipwayPasses", "SlipwayTestSupport",
            ],
            resources: fixtures, swiftSettings: strict),
        .testTarget(
            name: "SlipwayServingTests",
            dependencies: [
                "SlipwayProtocol", "SlipwayScheduling", "SlipwayMetrics", "SlipwayRecall", "SlipwayRedis", "SlipwayItems",
                "SlipwayOnline", "SlipwayRetrieval", "SlipwayServing", "SlipwayCore", "SlipwayLoad", "SlipwayLatency", "SlipwayConfig",
                "SlipwayFeatures", "SlipwayData", "SlipwayModels", "SlipwayExport", "SlipwayPredict",
                "SlipwayBackendAOT", "SlipwayTestSupport", "CSlipwaySystem", metrics,
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOEmbedded", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                "slipway",
            ],
            resources: [.copy("Fixtures"), .copy("Clients")], swiftSettings: strict),
        .testTarget(
            name: "SlipwayEndToEndTests",
            dependencies: [
                "slipway", "SlipwayCore", "SlipwayConfig", "SlipwayGraph", "SlipwayArtifact", "SlipwayRuntime",
                "SlipwayBackendAOT", "SlipwayData", "SlipwayExport", "SlipwayFeatures", "SlipwayFeatureEngine",
                "SlipwayPredict", "SlipwayKernels", "SlipwayTestSupport",
            ],
            exclude: ["Fixtures"], swiftSettings: strict),
    ]
)
