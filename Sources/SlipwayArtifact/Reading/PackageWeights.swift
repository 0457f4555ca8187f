import SlipwayCheckpoint
import SlipwayCore
import SlipwayGraph

/// Reads a package's weight files and holds them against the graph and the manifest.
struct PackageWeights {
    let graph: Graph
    let manifest: PackageManifest
    /// Whether files are read into memory of their own.
    let copies: Bool

    /// Dense weights by name, and those that are stored in fewer bits; a constant of the graph needs no stored tensor.
    func dense(_ path: String) throws -> (all: [String: Tensor], reduced: [String: ReducedWeight]) {
        let file = try SafeTensorsFile(path: path, copies: copies)
        var tensors: [String: Tensor] = [:], reduced: [String: ReducedWeight] = [:]
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
            if let weight = try self.reduced(parameter.name, type, info, file) {
                reduced[parameter.name] = weight
                tensors[parameter.name] = weight.tensor
                continue
            }
            guard info.shape == shape, info.dtype == type.dtype else {
                throw SlipwayError(
                    .mismatch, "weight \(parameter.name) is \(info.dtype.rawValue)\(info.shape); the graph has \(type)")
            }
            tensors[parameter.name] = try file.tensor(parameter.name)
        }
        return (tensors, reduced)
    }

    /// A layer's weight in bf16 or int8; nil where it is stored as it is.
    private func reduced(
        _ name: String, _ type: ValueType, _ info: TensorInfo, _ file: SafeTensorsFile
    ) throws -> ReducedWeight? {
        let shape = type.dimensions.compactMap(\.size)
        guard type.dtype == .f32, shape.count == 2, info.shape == shape else { return nil }
        switch info.dtype {
        case .bf16:
            let bits = try file.bytes(of: name).withMemoryRebound(to: UInt8.self) { bytes in
                stride(from: 0, to: bytes.count - 1, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
            }
            return ReducedWeight(shape: shape, codes: .bf16(bits))
        case .i8:
            let scales = try file.tensor(ReducedWeight.scalesName(name))
            let input = try file.tensor(ReducedWeight.inputName(name)).floats
            guard scales.shape == [shape[0]], input.count == 2, scales.floats.allSatisfy({ $0 > 0 && $0.isFinite })
            else {
                throw SlipwayError(
                    .corrupt, "weight \(name) is int8, but its scales or its input range are not as they must be",
                    fix: "export the model again")
            }
            let codes = try file.bytes(of: name).withMemoryRebound(to: Int8.self) { Array($0) }
            return ReducedWeight(
                shape: shape, codes: .int8(codes, scales: scales.floats),
                input: try withContext("weight \(name)") { try .init(scale: input[0], zero: input[1]) })
        default: return nil
        }
    }

    /// Tables by name, where the file holds them.
    func tables(_ path: String) throws -> [String: StoredTable] {
        let file = try SafeTensorsFile(path: path, copies: copies)
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
