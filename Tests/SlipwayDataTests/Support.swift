import Foundation
import SlipwayCore
import SlipwayData
import SlipwayTestSupport

/// Files that stand beside the tests.
enum Fixture {
    static func path(_ name: String) -> String {
        Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name)").path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }
}

/// All rows of a reader: `type`, then every row as text, for each column.
func readAll(_ reader: RowReader) throws -> [String: [String]] {
    var rows = Dictionary(uniqueKeysWithValues: reader.schema.fields.map { ($0.name, ["\($0.type)"]) })
    while let batch = try reader.next() {
        for (name, column) in zip(batch.names, batch.columns) { rows[name]?.append(contentsOf: cells(column)) }
    }
    return rows
}
