// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "slipway-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "slipway", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        .target(name: "CPeak", cSettings: [.unsafeFlags(["-O3"])]),
        .executableTarget(
            name: "kernel-benchmark", dependencies: ["CPeak", .product(name: "SlipwayKernels", package: "slipway")],
            path: "Sources/KernelBenchmark", swiftSettings: [.swiftLanguageMode(.v6)]),
        .executableTarget(
            name: "slipway-bench",
            dependencies: [
                .product(name: "SlipwayBenchmarked", package: "slipway"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/SlipwayBench",
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
            ]),
    ]
)
