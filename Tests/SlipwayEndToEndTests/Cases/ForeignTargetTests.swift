import Foundation
import SlipwayArtifact
import SlipwayConfig
import SlipwayCore
import SlipwayData
import SlipwayFeatures
import SlipwayGraph
import SlipwayKernels
import SlipwayTestSupport
import Testing

@testable import SlipwayBackendAOT
@testable import SlipwayPredict

/// Compiled objects outside the loader, run by a C program on what the loader would hand to them: AArch64's under qemu,
/// x86-64-v3's on the machine itself as a control. They must give what the portable backend gives.
@Suite struct ForeignTargetTests {
    /// A target, and what makes and runs programs for it.
    struct Machine: Sendable, CustomTestStringConvertible {
        let target: AOTTarget
        let compiler: [String]
        let runner: [String]
        var testDescription: String { target.rawValue }

        static let environment = ProcessInfo.processInfo.environment

        private static func find(_ names: String...) -> String? {
            let folders = (environment["PATH"] ?? "").split(separator: ":")
            return names.lazy.flatMap { name in folders.map { "\($0)/\(name)" } }
                .first { FileManager.default.isExecutableFile(atPath: $0) }
        }

        static let emulated: Machine? = {
            guard let compiler = find("aarch64-linux-gnu-gcc"),
                let runner = find("qemu-aarch64", "qemu-aarch64-static")
            else { return nil }
            return Machine(
                target: .aarch64, compiler: [compiler], runner: [runner, "-L", "/usr/aarch64-linux-gnu"])
        }()

        static let native: Machine? = {
            guard AOTTarget.x86v3.runs(on: .current), let clang = try? Clang(environment: environment) else {
                return nil
            }
            return Machine(target: .x86v3, compiler: [clang.path], runner: [])
        }()

        static let all = [native, emulated].compactMap { $0 }
    }

    /// Attention over sequences, several tasks, both, experts, cross products.
    private static let representative = ["multi_tower_din", "dbmtl", "dbmtl_seq", "ple", "dlrm"]

    /// With `SLIPWAY_FOREIGN_ALL=1` every model: `scripts/check_aarch64.sh --all`.
    private static let requests = TiledRequestTests.requests.filter { request in
        request.golden.setting == "tile3_int8"
            && (Machine.environment["SLIPWAY_FOREIGN_ALL"] == "1" || representative.contains(request.golden.name))
    }

    private static let hasCompiler = (try? Clang(environment: Machine.environment)) != nil

    @Test("AArch64 can be emulated", .enabled(if: Machine.emulated == nil))
    func emulationIsMissing() {
        print("qemu-aarch64 or aarch64-linux-gnu-gcc is not installed: objects for AArch64 are compiled, not run")
    }

    @Test(
        "scores of requests", .enabled(if: GoldenCase.isAvailable && hasCompiler, "no golden cases or no compiler"),
        arguments: requests, Machine.all)
    func requestsAgree(_ request: TiledRequestTests.Request, _ machine: Machine) throws {
        let folder = try TemporaryFolder()
        let export = try Command.slipway(
            [
                "export", "--pipeline_config_path", "pipeline.config", "--export_dir", folder.path("package"),
                "--no-report", "--target", machine.target.rawValue,
            ], in: request.golden.folder, environment: request.golden.environment.merging(["ENABLE_AOT": "2"]) { $1 })
        try #require(export.status == 0, "\(export.output)")
        let package = try Package.open(path: folder.path("package"))
        let batch = try TiledRequestTests.batch(package.graph, try NumpyArchive(path: request.path).arrays)
        try Self.check(package, batch, machine, folder)
    }

    @Test("scores of the example", .enabled(if: hasCompiler, "no compiler"), arguments: Machine.all, ["1", "2"])
    func exampleAgrees(_ machine: Machine, mode: String) throws {
        let example = try DamagedExample()
        let export = try example.slipway(
            DamagedExample.exporting("package") + ["--target", machine.target.rawValue], ["ENABLE_AOT": mode])
        try #require(export.status == 0, "\(export.output)")
        let package = try Package.open(path: example.folder.path("package"))
        let config = try PipelineConfig.load(path: package.file(PackageFiles.pipelineConfig)).config
        let parser = try EncodedParser(
            FeatureSet.make(config), neededFeatures: ModelInputs.features(of: package.graph), weights: .weightedOnly)
        let reader = try RowReader(
            paths: example.folder.path(DamagedExample.rows), columns: parser.neededColumns, batchSize: 37)
        var batch = InputBatch(slots: parser.slots)
        try parser.parse(try #require(try reader.next()), into: &batch)
        try Self.check(package, batch, machine, example.folder)
    }

    private static func check(
        _ package: Package, _ batch: InputBatch, _ machine: Machine, _ folder: TemporaryFolder
    ) throws {
        let source = Command.root.appendingPathComponent("Tests/SlipwayEndToEndTests/Fixtures/region_driver.c")
        let include = Command.root.appendingPathComponent("Sources/CSlipwayAOT/include")
        let driver = folder.path("driver")
        let built = try run(
            machine.compiler + ["-O1", "-I", include.path, "-o", driver, source.path, "-ldl", "-lm"])
        try #require(built.status == 0, "\(built.output)")
        let object = try package.file(AOTFiles.object(machine.target.rawValue))
        let calls = try CompiledCall.write(package, batch, to: folder)
        #expect(!calls.isEmpty)
        for call in calls {
            let result = try run(machine.runner + [driver, object, call, "1e-5"])
            #expect(result.status == 0, "\(result.output)")
            #expect(result.output.contains("off by"))
            if Machine.environment["SLIPWAY_FOREIGN_ALL"] != nil { print(package.path, machine.target, result.output) }
        }
    }

    private static func run(_ command: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}
