// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "slipway-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "slipway", path: "..")],
    targets: [
        .target(name: "CPeak", cSettings: [.unsafeFlags(["-O3"])]),
        .executableTarget(
            name: "kernel-benchmark", dependencies: ["CPeak", .product(name: "SlipwayKernels", package: "slipway")],
            path: "Sources/KernelBenchmark", swiftSettings: [.swiftLanguageMode(.v6)]),
    ]
)
