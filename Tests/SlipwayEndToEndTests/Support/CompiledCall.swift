import Foundation
import SlipwayArtifact
import SlipwayCore
import SlipwayGraph
import SlipwayRuntime
import SlipwayTestSupport
import Testing

@testable import SlipwayBackendAOT

/// What the loader hands to a region of compiled code for one batch, and what the portable backend makes of it, as a file that
/// `region_driver.c` reads on any machine.
struct CompiledCall {
    private(set) var data = Data()

    /// The calls of all regions of a package, as files in `folder`.
    static func write(_ package: Package, _ batch: InputBatch, to folder: TemporaryFolder) throws -> [String] {
        let plan = try AOTPlan(decoding: try package.contents(AOTFiles.plan))
        let weights = try AOTLoader.weights(plan, package)
        return try plan.regions.enumerated().map { number, region in
            let call = try CompiledCall(package, region, number: number, weights, batch)
            let path = folder.path("region\(number).call")
            try call.data.write(to: URL(fileURLWithPath: path))
            return path
        }
    }

    private init(
        _ package: Package, _ region: AOTPlan.Region, number: Int,
        _ weights: [(form: WeightList.Form, tensor: Tensor)], _ batch: InputBatch
    ) throws {
        put(weights.count)
        for (form, tensor) in weights {
            put(form == .packed ? 1 : 0)
            put(form == .packed ? tensor.shape[0] : 1)
            put(form == .packed ? tensor.shape[1] : tensor.count)
            put(all: tensor.floats)
        }
        put(number)
        let graph = package.graph
        let values = try Self.values(region, package, batch)
        var sizes = ["B": batch.rowCount]
        for input in region.inputs {
            guard case .symbol(let symbol)? = graph.values[input].type.dimensions.first else { continue }
            sizes[symbol] = try #require(values[input]).shape.first
        }
        put(region.symbols.count)
        // The sizes that follow from lengths are the code's to find.
        for symbol in region.symbols { put(sizes[symbol] ?? -1) }
        put(region.inputs.count)
        for input in region.inputs {
            let tensor = try #require(values[input])
            let dtype = graph.values[input].type.dtype
            put(dtype.bitWidth / 8)
            put(tensor.shape[0])
            put(tensor.shape.dropFirst().reduce(1, *))
            switch dtype {
            case .i32: put(all: tensor.ints.map { Int32($0) })
            case .i64: put(all: tensor.ints)
            default: put(all: tensor.floats)
            }
        }
        put(region.lookups.count)
        for lookup in region.lookups {
            let table = try #require(package.tables[lookup.table])
            put(table.rowCount)
            put(table.rowStride)
            data.append(contentsOf: table.bytes.prefix(table.rowCount * table.rowStride))
        }
        put(region.outputs.count)
        for output in region.outputs {
            let tensor = try #require(values[output])
            put(tensor.shape[0])
            put(tensor.shape.dropFirst().reduce(1, *))
            put(all: tensor.floats)
        }
    }

    private mutating func put(_ number: Int) { put(all: [Int64(number)]) }

    private mutating func put<T>(all values: [T]) { values.withUnsafeBytes { data.append(contentsOf: $0) } }

    /// What a region reads and gives, by position in the graph, computed by the portable backend.
    private static func values(
        _ region: AOTPlan.Region, _ package: Package, _ batch: InputBatch
    ) throws -> [Int: Tensor] {
        let graph = package.graph
        let given = Dictionary(uniqueKeysWithValues: graph.inputs.map { ($0.value.index, $0.name) })
        let made = (region.inputs + region.outputs).filter { given[$0] == nil }
        let predictor = try Predictor(
            graph: Graph(
                name: graph.name, values: graph.values, inputs: graph.inputs, parameters: graph.parameters,
                nodes: graph.nodes, outputs: made.map { ("v\($0)", ValueID($0)) }),
            dense: package.dense, tables: package.tables)
        let outputs = try predictor.run(batch, scratch: PredictorScratch(for: predictor))
        var values: [Int: Tensor] = [:]
        for value in made {
            let output = try #require(outputs["v\(value)"])
            values[value] =
                output.isInteger
                ? Tensor(shape: output.shape, ints: output.ints) : Tensor(shape: output.shape, floats: output.floats)
        }
        for input in region.inputs {
            guard let name = given[input] else { continue }
            let buffer = batch.buffers[try #require(batch.index(of: name))]
            let tail = graph.values[input].type.dimensions.dropFirst().compactMap(\.size)
            switch graph.values[input].type.dtype {
            case .i64: values[input] = Tensor(shape: [buffer.int64.count], ints: buffer.int64)
            case .i32: values[input] = Tensor(shape: [buffer.int32.count], ints: buffer.int32.map(Int64.init))
            default:
                values[input] = Tensor(
                    shape: [buffer.float.count / max(tail.reduce(1, *), 1)] + tail, floats: buffer.float)
            }
        }
        return values
    }
}
