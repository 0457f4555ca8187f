import Foundation
import SlipwayCore
import SlipwayData

/// All columns of a prediction file, flattened to numbers.
struct Predictions {
    let columns: [String: [Double]]
    let types: [String: ColumnType]

    /// Reads a file, or the files of a folder.
    init(path: String) throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted()
        let paths = names.map { $0.map { "\(path)/\($0)" }.joined(separator: ",") } ?? path
        let reader = try RowReader(paths: paths, batchSize: 4096)
        var columns: [String: [Double]] = [:]
        while let batch = try reader.next() {
            for (name, column) in zip(batch.names, batch.columns) {
                columns[name, default: []] += Self.numbers(column)
            }
        }
        self.columns = columns
        types = Dictionary(reader.schema.fields.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
    }

    private static func numbers(_ column: Column) -> [Double] {
        switch column.type {
        case .int32: return column.elements(as: Int32.self).map(Double.init)
        case .int64: return column.elements(as: Int64.self).map(Double.init)
        case .float: return column.elements(as: Float.self).map(Double.init)
        case .double: return Array(column.elements(as: Double.self))
        case .list: return column.children.flatMap(numbers)
        case .string, .bool, .map: return []
        }
    }

    /// The largest |a − b| / max(1, |a|) over all columns, or what differs otherwise.
    static func difference(_ expected: Predictions, _ actual: Predictions) -> (largest: Double, problem: String?) {
        guard Set(expected.columns.keys) == Set(actual.columns.keys) else {
            return (.infinity, "columns \(expected.columns.keys.sorted()) against \(actual.columns.keys.sorted())")
        }
        var largest = 0.0
        for (name, a) in expected.columns {
            guard let b = actual.columns[name], a.count == b.count else { return (.infinity, "\(name): counts differ") }
            for (index, (x, y)) in zip(a, b).enumerated() {
                guard x.isNaN == y.isNaN else { return (.infinity, "\(name): NaN at \(index)") }
                if !x.isNaN { largest = max(largest, abs(x - y) / max(1, abs(x))) }
            }
        }
        return (largest, nil)
    }
}
