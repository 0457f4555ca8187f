public import SlipwayCore

/// How the rows of a bag become one.
public enum PoolingMode: String, Sendable, CaseIterable { case sum, mean }

/// Pooled embedding lookup over jagged ids, as torchrec's EmbeddingBagCollection does for one feature.
public struct EmbeddingBag: Operation {
    public static let name = "embedding_bag"
    public static let spec = OperationSpec(
        "y[b] = pool(table[ids[i]] · weights[i]) over i in row b; an empty row gives 0; mean divides by the length",
        operands: [("table", .one), ("ids", .one), ("lengths", .one), ("weights", .optional)],
        constraints: [
            "table is f32, f16, bf16 or quantized rows, N × D",
            "ids are i64 [n]", "lengths are i32 [B]", "weights are f32 [n]",
        ])

    public let mode: PoolingMode
    /// The feature, for messages about bad ids.
    public let feature: String

    public init(mode: PoolingMode, feature: String) {
        self.mode = mode
        self.feature = feature
    }

    public init(attributes: Attributes) throws {
        self.init(mode: try attributes.choice("mode", of: PoolingMode.self), feature: try attributes.string("feature"))
    }

    public var attributes: Attributes { Attributes(["mode": .string(mode.rawValue), "feature": .string(feature)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let table = try operands("table"), ids = try operands("ids"), lengths = try operands("lengths")
        guard TableRows.allows(table) else { throw Self.violates(1, "table is \(table)") }
        guard ids.rank == 1, ids.dtype == .i64 else { throw Self.violates(2, "ids are \(ids)") }
        guard lengths.rank == 1, lengths.dtype == .i32 else { throw Self.violates(3, "lengths are \(lengths)") }
        if let weights = operands.optional("weights") {
            guard weights.dtype == .f32, weights.dimensions == ids.dimensions else {
                throw Self.violates(4, "weights are \(weights), ids are \(ids)")
            }
        }
        return [
            ValueType(
                .f32, [lengths.dimensions[0], table.dimensions[1]], side: operands.side("ids", "lengths", "weights"))
        ]
    }

    /// A sum, the weight, and what makes a float of a code (scale and bias), for every element read.
    public func flops(_ sizes: OperationSizes) -> Double {
        sizes.looked("ids", from: "table") * (1 + (sizes.has("weights") ? 1 : 0) + (sizes.isQuantized("table") ? 2 : 0))
            + (mode == .mean ? sizes.results : 0)
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let table = try operands("table"), ids = try operands("ids").ints
        let segments = try Segments(lengths: try operands("lengths").ints, count: ids.count, of: feature)
        let weights = operands.optional("weights")?.floats
        let rows = TableRows(table: table, dtype: try operands.type("table").dtype, feature: feature)
        var result = [Float](repeating: 0, count: segments.count * rows.width)
        for bag in 0..<segments.count {
            let range = segments[bag]
            let divisor = mode == .mean && !range.isEmpty ? 1 / Float(range.count) : 1
            var sum = [Double](repeating: 0, count: rows.width)
            for index in range {
                let weight = Double(weights?[index] ?? 1)
                for (column, value) in try rows.row(ids[index], position: index).enumerated() {
                    sum[column] += Double(value) * weight
                }
            }
            for column in 0..<rows.width { result[bag * rows.width + column] = Float(sum[column]) * divisor }
        }
        return [Tensor(shape: [segments.count, rows.width], floats: result)]
    }
}

/// Rows of a table under the id rules of its storage.
///
/// f32 tables refuse an id outside 0..<N. All others answer as fbgemm's inference lookup: an id ≥ N or below −1 reads row 0,
/// exactly −1 reads zeros. A table without rows refuses all but that −1.
struct TableRows {
    let table: Tensor
    let dtype: DType
    let feature: String

    static func allows(_ type: ValueType) -> Bool {
        type.rank == 2 && (type.dtype.isQuantizedRow || [.f32, .f16, .bf16].contains(type.dtype))
    }

    var width: Int { table.shape[1] }
    var mapsBadIds: Bool { dtype != .f32 }

    func row(_ id: Int64, position: Int) throws -> [Float] {
        var index = id
        if index < 0 || index >= Int64(table.shape[0]) {
            if mapsBadIds, index == -1 { return [Float](repeating: 0, count: width) }
            guard mapsBadIds, table.shape[0] > 0 else {
                throw SlipwayError(
                    .outOfRange, "\(feature): id \(id) at position \(position) is outside 0..<\(table.shape[0])",
                    fix: "check the column, or export quantized tables, which map such ids to row 0")
            }
            index = 0
        }
        let start = Int(index) * width
        return Array(table.floats[start..<start + width])
    }
}
