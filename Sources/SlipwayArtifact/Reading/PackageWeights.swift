import SlipwayCheckpoint
import SlipwayCore
import SlipwayGraph

/// Reads a package's weight files and holds them against the graph and the manifest.
struct PackageWeights {
    let graph: Graph
    let manifest: PackageManifest

    /// Dense weights by name; a constant of the graph needs no stored tensor.
    func dense(_ path: String) throws -> [String: Tensor] {
        let file = try SafeTensorsFile(path: path)
        var tensors: [String: Tensor] = [:]
        for parameter in graph.denseParameters {
            let type = graph.type(parameter.value)
            let shape = type.dimensions.compactMap(\.size)
            guard let info = file.tensors[parameter.name] else {
                guard case .constant(let values) = parameter.source else {
                    throw SlipwayError(.notFound, "there is no weight \(parameter.name)", fix: "export the model again")
                }
                tensors[parameter.name] = try constant(parameter.name, values, shape, type.dtype)
                continue
            }
            guard info.shape == shape, info.dtype == type.dtype else {
                throw SlipwayError(
                    .mismatch, "weight \(parameter.name) is \(info.dtype.rawValue)\(info.shape); the graph has \(type)")
            }
            tensors[parameter.name] = try file.tensor(parameter.name)
        }
        return tensors
    }

    /// Tables by name, mapped.
    func tables(_ path: String) throws -> [String: StoredTable] {
        let file = try SafeTensorsFile(path: path)
        var listed: [String: PackageManifest.Table] = [:]
        for table in manifest.tables {
            guard listed.updateValue(table, forKey: table.name) == nil else {
                throw SlipwayError(.corrupt, "the manifest lists table \(table.name) twice")
            }
        }
        var tables: [String: StoredTable] = [:]
        for parameter in graph.tables {
            guard let entry = listed[parameter.name] else {
                throw SlipwayError(.corrupt, "the manifest does not list table \(parameter.name)")
            }
            tables[parameter.name] = try table(entry, graph.type(parameter.value), file)
        }
        return tables
    }

    private func table(_ entry: PackageManifest.Table, _ type: ValueType, _ file: SafeTensorsFile) throws -> StoredTable
    {
        let shape = type.dimensions.compactMap(\.size)
        guard shape.count == 2, entry.dtype == type.dtype.rawValue, shape == [entry.rows, entry.width] else {
            throw SlipwayError(
                .mismatch,
                "table \(entry.name) is \(entry.dtype)[\(entry.rows), \(entry.width)] in the manifest; the graph has \(type)"
            )
        }
        let plain = !type.dtype.isQuantizedRow
        let storedShape = [entry.rows, plain ? entry.width : entry.rowBytes]
        let storedType: DType = plain ? type.dtype : .u8
        guard let info = file.tensors[entry.name] else {
            throw SlipwayError(.notFound, "there is no table \(entry.name)", fix: "export the model again")
        }
        guard info.shape == storedShape, info.dtype == storedType else {
            throw SlipwayError(
                .mismatch,
                "table \(entry.name) is \(info.dtype.rawValue)\(info.shape), not \(storedType.rawValue)\(storedShape)")
        }
        let bytes = try file.bytes(of: entry.name)
        guard bytes.count == entry.bytes else {
            throw SlipwayError(
                .mismatch, "table \(entry.name) has \(bytes.count) bytes; the manifest says \(entry.bytes)")
        }
        return try StoredTable(
            name: entry.name, dtype: type.dtype, rowCount: entry.rows, width: entry.width, rowStride: entry.rowBytes,
            bytes: bytes, owner: file)
    }

    private func constant(_ name: String, _ values: [Float], _ shape: [Int], _ dtype: DType) throws -> Tensor {
        var count = 1
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow else { throw SlipwayError(.mismatch, "weight \(name) has the impossible shape \(shape)") }
            count = product
        }
        guard dtype == .f32, count == values.count else {
            throw SlipwayError(
                .mismatch,
                "weight \(name) is \(dtype.rawValue)\(shape), but the graph holds \(values.count) constants for it")
        }
        return Tensor(shape: shape, floats: values)
    }
}
