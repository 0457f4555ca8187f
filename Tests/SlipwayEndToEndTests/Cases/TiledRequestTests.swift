import Foundation
import SlipwayArtifact
import SlipwayCore
import SlipwayGraph
import SlipwayRuntime
import SlipwayTestSupport
import Testing

/// Requests of one user and many candidates, user inputs given once, against TorchEasyRec's exported model.
@Suite(.enabled(if: GoldenCase.isAvailable, "the golden cases are not beside the checkout"))
struct TiledRequestTests {
    /// A request that TorchEasyRec has scored.
    struct Request: Sendable, CustomTestStringConvertible {
        let golden: GoldenCase
        var path: String { golden.folder.appendingPathComponent("tile_\(golden.setting)_u0.npz").path }
        var testDescription: String { golden.testDescription }
    }

    static let requests = GoldenCase.all().filter { $0.part.isEmpty }.map { Request(golden: $0) }.filter {
        FileManager.default.fileExists(atPath: $0.path)
    }

    @Test func thereAreRequests() { #expect(Self.requests.count >= 60) }

    @Test("scores are TorchEasyRec's", arguments: requests)
    func scoresAgree(_ request: Request) throws {
        let folder = try TemporaryFolder()
        let export = try Command.slipway(
            ["export", "--pipeline_config_path", "pipeline.config", "--export_dir", folder.path("package")],
            in: request.golden.folder, environment: request.golden.environment)
        try #require(export.status == 0, "\(export.output)")
        let package = try Package.open(path: folder.path("package"))
        let arrays = try NumpyArchive(path: request.path).arrays
        let predictor = try Predictor(package: package)
        let batch = try Self.batch(package.graph, arrays)
        #expect(batch.rowCount == 64)
        let found = try predictor.run(batch, scratch: PredictorScratch(for: predictor))
        let expected = arrays.filter { $0.key.hasPrefix("out/") }
        #expect(Set(found.outputs.map { "out/\($0.name)" }) == Set(expected.keys))
        for output in found.outputs {
            let theirs = try #require(expected["out/\(output.name)"])
            #expect(output.shape.first == 64)
            let ours = output.isInteger ? output.ints.map(Double.init) : output.floats.map(Double.init)
            let values = output.isInteger ? theirs.ints.map(Double.init) : theirs.floats.map(Double.init)
            try #require(ours.count == values.count, "\(output.name)")
            let gap = zip(ours, values).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
            #expect(gap <= 1e-5, "\(output.name): off by \(gap)")
        }
    }

    /// User inputs have one row, and what tiles them stands in the graph.
    static func batch(_ graph: Graph, _ arrays: [String: Tensor]) throws -> InputBatch {
        let slots = graph.inputs.map { input in
            let type = graph.type(input.value)
            return InputSlot(
                name: input.name, element: type.dtype == .f32 ? .float : type.dtype == .i64 ? .int64 : .int32,
                width: type.dimensions.dropFirst().compactMap(\.size).reduce(1, *))
        }
        var batch = InputBatch(slots: slots)
        batch.rowCount = Int(try #require(arrays["in/batch_size"]).ints[0])
        for (index, slot) in slots.enumerated() {
            let array = try #require(arrays["in/\(slot.name)"], "\(slot.name) is no input of TorchEasyRec's model")
            switch slot.element {
            case .float: batch.buffers[index].float = array.floats
            case .int64: batch.buffers[index].int64 = array.ints
            case .int32: batch.buffers[index].int32 = array.ints.map { Int32($0) }
            }
        }
        return batch
    }
}
