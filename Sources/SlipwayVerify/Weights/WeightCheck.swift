import Foundation
import SlipwayArtifact
import SlipwayCheckpoint
import SlipwayCore
import SlipwayExport
import SlipwayGraph
import SlipwayKernels

/// Compares every stored weight of a package with the checkpoint, byte for byte: dense weights as they are, tables after the
/// quantization that the package states. Tables are streamed.
struct WeightCheck {
    /// A stored weight that is not the checkpoint's.
    struct Difference: Sendable, Equatable {
        let name: String
        /// What is wrong: `row 7 and 2 others differ`.
        let problem: String
    }

    struct Result: Sendable {
        let tables: Int
        let dense: Int
        let bytes: Int
        let differences: [Difference]
    }

    /// The model as config and checkpoint give it, in the form that packages have.
    let packaged: PackagedGraph
    let package: Package
    let source: any TensorSource

    private static let blockBytes = 8 << 20
    private var graph: Graph { packaged.graph }

    /// Float32 bytes that a check reads.
    static func bytes(of graph: Graph) -> Int {
        graph.parameters.reduce(0) { $0 + graph.type($1.value).dimensions.compactMap(\.size).reduce(4, *) }
    }

    /// - Parameter progress: gets the float32 bytes compared since the last call.
    func run(progress: (Int) -> Void) throws -> Result {
        var differences: [Difference] = []
        var stored = 0
        for parameter in graph.parameters {
            let type = graph.type(parameter.value)
            let problem: String?
            if parameter.isTable {
                stored += package.tables[parameter.name]?.bytes.count ?? 0
                problem = try withContext("table \(parameter.name)") { try table(parameter, type, progress) }
            } else {
                stored += (package.dense[parameter.name]?.count ?? 0) * 4
                problem = try dense(parameter, type)
                progress(type.dimensions.compactMap(\.size).reduce(4, *))
            }
            if let problem { differences.append(Difference(name: parameter.name, problem: problem)) }
        }
        let known = Set(graph.parameters.map(\.name))
        for name in (Array(package.tables.keys) + package.dense.keys).sorted() where !known.contains(name) {
            differences.append(Difference(name: name, problem: "the package holds it, the model does not"))
        }
        return Result(
            tables: graph.tables.count, dense: graph.denseParameters.count, bytes: stored, differences: differences)
    }

    private func dense(_ parameter: Parameter, _ type: ValueType) throws -> String? {
        guard let stored = package.dense[parameter.name] else { return "the package does not hold it" }
        var expected = try packaged.derived[parameter.name] ?? ReferenceWeights.dense(parameter, type, source)
        if let reduced = package.reduced[parameter.name] {
            // Ranges of inputs come from rows and are taken as they are.
            guard reduced == reduced.like(expected) else {
                return "its codes are not those of the checkpoint's numbers"
            }
            expected = reduced.tensor
        }
        guard stored.shape == expected.shape else {
            return "it has shape \(stored.shape); the checkpoint gives \(expected.shape)"
        }
        let differing: [Int]
        switch (stored.storage, expected.storage) {
        case (.float(let a), .float(let b)): differing = a.indices.filter { a[$0].bitPattern != b[$0].bitPattern }
        case (.int(let a), .int(let b)): differing = a.indices.filter { a[$0] != b[$0] }
        default: return "it has another type than in the checkpoint"
        }
        return Self.text("element", differing.first, differing.count)
    }

    private func table(_ parameter: Parameter, _ type: ValueType, _ progress: (Int) -> Void) throws -> String? {
        guard let stored = package.tables[parameter.name] else { return "the package does not hold it" }
        let rows = type.dimensions.first?.size ?? 0, width = try type.width()
        guard stored.dtype == type.dtype, stored.rowCount == rows, stored.width == width else {
            return "it is \(stored.dtype.rawValue)[\(stored.rowCount), \(stored.width)]; the model has \(type)"
        }
        guard case .tensor(let name) = parameter.source else {
            throw SlipwayError(.internalFault, "table \(parameter.name) is not one tensor")
        }
        let rowBytes = try RowQuantizer.rowBytes(type.dtype, width: width)
        let block = max(1, Self.blockBytes / max(4 * width, 1))
        var floats = [Float](repeating: 0, count: min(block, rows) * width)
        var bytes = [UInt8](repeating: 0, count: min(block, rows) * rowBytes)
        var first: Int?, count = 0, start = 0
        while start < rows {
            let range = start..<min(start + block, rows)
            try QuantizedRows.read(source, name, range, width: width, to: type.dtype, &floats, &bytes)
            for row in range {
                let own = stored.bytes[(row * stored.rowStride)..<(row * stored.rowStride + rowBytes)]
                let expected = bytes[((row - start) * rowBytes)..<((row - start + 1) * rowBytes)]
                if !own.elementsEqual(expected) {
                    first = first ?? row
                    count += 1
                }
            }
            source.discardRows(name, range)
            progress(range.count * width * 4)
            start = range.upperBound
        }
        return Self.text("row", first, count)
    }

    private static func text(_ what: String, _ first: Int?, _ count: Int) -> String? {
        guard let first else { return nil }
        return count == 1 ? "\(what) \(first) differs" : "\(what) \(first) and \(count - 1) others differ"
    }
}
