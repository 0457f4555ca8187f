import SlipwayCore
import SlipwayData
import SlipwayGraph
import SlipwayRuntime

/// Which outputs are written, and how each becomes a column.
///
/// Upstream's types: one number a row stays float32; more become lists of doubles that hold the float32 values; integer
/// outputs become int64. A model that scores a list of candidates a row gives a list a row of these.
struct OutputColumns: Sendable {
    let names: [String]
    private let types: [ColumnType]
    /// Whether outputs are lists of candidates, one list a row.
    private let isJagged: Bool

    /// Throws `notFound` for an output the model does not have.
    init(graph: Graph, asked: [String]?) throws {
        var all = Dictionary(
            graph.outputs.map { ($0.name, graph.type($0.value)) }, uniquingKeysWith: { first, _ in first })
        isJagged = all.removeValue(forKey: JaggedOutputs.lengthsName) != nil
        names = asked ?? all.keys.sorted()
        let isJagged = isJagged
        types = try names.map { name in
            guard let type = all[name] else {
                throw SlipwayError(
                    .notFound, "the model has no output called \(name)",
                    fix: "its outputs are \(all.keys.sorted().joined(separator: ", "))")
            }
            return isJagged ? .list(Self.columnType(type)) : Self.columnType(type)
        }
    }

    var fields: [RowSchema.Field] { zip(names, types).map { RowSchema.Field($0, $1) } }

    private static func columnType(_ type: ValueType) -> ColumnType {
        let isInteger = type.dtype == .i64 || type.dtype == .i32
        guard type.rank > 1 else { return isInteger ? .int64 : .float }
        return (1..<type.rank).reduce(isInteger ? .int64 : .double) { inner, _ in .list(inner) }
    }

    /// The columns of one run, and the rows in which each output is NaN.
    func columns(_ outputs: PredictorOutputs) throws -> (
        columns: [(name: String, column: Column)], nanRows: [String: Int]
    ) {
        var nanRows: [String: Int] = [:]
        let lengths = try isJagged ? Self.lengths(outputs) : nil
        let columns = try names.map { name -> (name: String, column: Column) in
            guard let output = outputs[name] else {
                throw SlipwayError(.internalFault, "output \(name) was not computed")
            }
            let nans = Self.countNaNRows(output, lengths)
            if nans > 0 { nanRows[name] = nans }
            let column = Self.column(output)
            guard let lengths else { return (name, column) }
            guard lengths.reduce(0, +) == column.count else {
                throw SlipwayError(.internalFault, "output \(name) has \(column.count) elements in lists of \(lengths)")
            }
            return (name, .list(lengths: lengths, child: column))
        }
        return (columns, nanRows)
    }

    private static func lengths(_ outputs: PredictorOutputs) throws -> [Int] {
        guard let output = outputs[JaggedOutputs.lengthsName] else {
            throw SlipwayError(.internalFault, "the lengths of the lists were not computed")
        }
        return output.ints.map(Int.init)
    }

    private static func column(_ output: PredictorOutputs.Output) -> Column {
        guard output.shape.count > 1 else { return output.isInteger ? .of(output.ints) : .of(output.floats) }
        var column: Column = output.isInteger ? .of(output.ints) : .of(output.floats.map(Double.init))
        for width in output.shape.dropFirst().reversed() { column = .list(width: width, child: column) }
        return column
    }

    /// Rows with a NaN; `lengths` are the elements of each row where these are lists.
    private static func countNaNRows(_ output: PredictorOutputs.Output, _ lengths: [Int]?) -> Int {
        let width = max(output.width, 1)
        guard output.floats.contains(where: \.isNaN) else { return 0 }
        var start = 0
        return (lengths ?? [Int](repeating: 1, count: output.floats.count / width)).count { length in
            defer { start += length * width }
            return output.floats[start..<start + length * width].contains(where: \.isNaN)
        }
    }
}
