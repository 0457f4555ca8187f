import SlipwayArtifact
import SlipwayCheckpoint
import SlipwayCore
import SlipwayGraph
import SlipwayKernels

/// Writes the weights of one graph into a package: dense weights whole, tables in blocks of rows, so that memory stays
/// bounded whatever the size of a table.
struct ParameterWriter {
    let source: any TensorSource
    /// Values of derived parameters by name.
    var derived: [String: Tensor] = [:]
    /// Bytes of checkpoint read since the last call.
    let progress: (Int) -> Void
    /// Weights that are stored in fewer bits, by parameter.
    var reduced: [String: ReducedWeight] = [:]

    /// Upper bound of one block of rows, as float32 bytes.
    private static let blockBytes = 8 << 20

    func writeDense(_ graph: Graph, to path: String) throws {
        let parameters = graph.denseParameters
        let writer = try SafeTensorsWriter(
            path: path,
            tensors: parameters.flatMap { parameter in
                let type = graph.type(parameter.value)
                let shape = type.dimensions.compactMap(\.size)
                if let weight = reduced[parameter.name] { return weight.entries(parameter.name) }
                return type.dtype == .i64
                    ? [(parameter.name, "I64", shape, shape.reduce(8, *))]
                    : [(parameter.name, "F32", shape, shape.reduce(4, *))]
            })
        for parameter in parameters {
            if let weight = reduced[parameter.name] {
                progress(weight.shape.reduce(4, *))
                try weight.write(to: writer)
                continue
            }
            if graph.type(parameter.value).dtype == .i64 {
                let values = try integers(parameter)
                progress(values.count * 4)
                try values.withUnsafeBytes { try writer.append($0) }
            } else {
                let values = try dense(parameter)
                if derived[parameter.name] == nil { progress(values.count * 4) }
                try values.withUnsafeBytes { try writer.append($0) }
            }
        }
        try writer.finish()
    }

    private func integers(_ parameter: Parameter) throws -> [Int64] {
        guard case .tensor(let name) = parameter.source else {
            throw SlipwayError(.internalFault, "parameter \(parameter.name) is not one tensor")
        }
        let tensor = try source.tensor(name)
        guard case .int(let values) = tensor.storage else {
            throw SlipwayError(.mismatch, "parameter \(name) holds floats in the checkpoint; the model reads integers")
        }
        return values
    }

    /// The values of a float parameter in its shape.
    func tensor(_ parameter: Parameter, of graph: Graph) throws -> Tensor {
        let values = try dense(parameter)
        progress(values.count * 4)
        return Tensor(shape: graph.type(parameter.value).dimensions.compactMap(\.size), floats: values)
    }

    private func dense(_ parameter: Parameter) throws -> [Float] {
        switch parameter.source {
        case .constant(let values): return values
        case .derived:
            guard let values = derived[parameter.name]?.floats else {
                throw SlipwayError(.internalFault, "parameter \(parameter.name) was not computed")
            }
            return try finite(values, parameter.name)
        case .tensor(let name): return try finite(source.tensor(name).floats, name)
        case .stack(let names): return try names.flatMap { try finite(source.tensor($0).floats, $0) }
        }
    }

    /// NaN in a weight makes every score NaN; better to say so at export.
    private func finite(_ values: [Float], _ name: String) throws -> [Float] {
        if let index = values.firstIndex(where: { $0.isNaN }) {
            throw SlipwayError(
                .corrupt, "parameter \(name) is NaN at element \(index)",
                fix: "the training diverged; export an earlier checkpoint with --checkpoint_path")
        }
        return values
    }

    /// The manifest entries of the tables of `graph`. Throws `unsupported` for rows that cannot be stored as asked.
    static func layout(_ graph: Graph) throws -> [PackageManifest.Table] {
        try graph.tables.map { parameter -> PackageManifest.Table in
            let type = graph.type(parameter.value)
            let rows = type.dimensions[0].size ?? 0, width = try type.width()
            let rowBytes = try withContext("table \(parameter.name)") {
                try RowQuantizer.rowBytes(type.dtype, width: width)
            }
            return PackageManifest.Table(
                name: parameter.name, rows: rows, width: width, dtype: type.dtype.rawValue, rowBytes: rowBytes,
                bytes: rows * rowBytes)
        }
    }

    /// Writes every table of `graph` and gives their manifest entries.
    func writeTables(_ graph: Graph, to path: String) throws -> [PackageManifest.Table] {
        let tables = try Self.layout(graph)
        let writer = try SafeTensorsWriter(
            path: path,
            tensors: tables.map { table in
                let dtype = DType(rawValue: table.dtype) ?? .f32
                return dtype.isQuantizedRow
                    ? (table.name, "U8", [table.rows, table.rowBytes], table.bytes)
                    : (table.name, dtype.rawValue.uppercased(), [table.rows, table.width], table.bytes)
            })
        for (parameter, table) in zip(graph.tables, tables) {
            guard case .tensor(let name) = parameter.source else {
                throw SlipwayError(.internalFault, "table \(parameter.name) is not one tensor")
            }
            try withContext("table \(name)") { try stream(name, graph.type(parameter.value).dtype, table, to: writer) }
        }
        try writer.finish()
        return tables
    }

    private func stream(
        _ name: String, _ dtype: DType, _ table: PackageManifest.Table, to writer: SafeTensorsWriter
    ) throws {
        let block = max(1, Self.blockBytes / max(4 * table.width, 1))
        var floats = [Float](repeating: 0, count: min(block, table.rows) * table.width)
        var bytes = [UInt8](repeating: 0, count: min(block, table.rows) * table.rowBytes)
        var first = 0
        while first < table.rows {
            let rows = first..<min(first + block, table.rows)
            let count = rows.count * table.width
            try floats.withUnsafeMutableBufferPointer { buffer in
                try source.readFloatRows(name, rows, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            }
            for index in 0..<count where floats[index].isNaN {
                throw SlipwayError(
                    .corrupt, "row \(first + index / table.width) holds NaN",
                    fix: "the training diverged; export an earlier checkpoint with --checkpoint_path")
            }
            try floats.withUnsafeBufferPointer { values in
                try bytes.withUnsafeMutableBytes { target in
                    guard let out = target.baseAddress else { return }
                    try RowQuantizer.quantize(
                        MatrixView(values.baseAddress, rows: rows.count, columns: table.width), to: dtype, out: out,
                        outStrideBytes: table.rowBytes)
                }
            }
            try bytes.withUnsafeBytes { source in
                try writer.append(UnsafeRawBufferPointer(rebasing: source[..<(rows.count * table.rowBytes)]))
            }
            source.discardRows(name, rows)
            progress(count * 4)
            first = rows.upperBound
        }
    }
}
