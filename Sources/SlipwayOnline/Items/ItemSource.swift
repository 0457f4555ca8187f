package import SlipwayCore
import SlipwayData

/// Where item features come from: rows with an id each. Pluggable; a source is read from start to end for each generation.
package protocol ItemSource: Sendable {
    /// For logs: what is read.
    var description: String { get }
    /// Changes when there is something new to read; nil when that cannot be told.
    func stamp() -> String?
    /// Calls `body` with the rows in batches. Columns that the source lacks are left out of them.
    func read(columns: [String], key: String, _ body: (ColumnBatch) throws -> Void) throws
    /// For single items, while requests wait; nil where the source can only be read whole.
    func reader(columns: [String], key: String) throws -> (any ItemReader)?
}

/// Reads items by their ids. One thread at a time uses it.
package protocol ItemReader: AnyObject {
    /// Calls `body` with the rows of those that are there, as `ItemSource.read` does.
    func read(ids: [String], _ body: (ColumnBatch) throws -> Void) throws
}

/// A Parquet or CSV snapshot: a file, a folder of them or a glob.
package struct FileItemSource: ItemSource {
    private let path: String
    private static let batchSize = 4096

    package init(path: String) { self.path = path }

    package var description: String { path }

    private var format: RowFormat {
        path.hasSuffix(".csv") || path.hasSuffix(".csv/") ? .csv(CSVOptions()) : .parquet
    }

    package func stamp() -> String? { FileStamp.of(path) }

    package func reader(columns: [String], key: String) -> (any ItemReader)? { nil }

    package func read(columns: [String], key: String, _ body: (ColumnBatch) throws -> Void) throws {
        let schema = try RowReader(paths: path, format: format, columns: nil, batchSize: 1).schema
        guard schema[key] != nil else {
            throw SlipwayError(
                .notFound, "\(path) has no column \(key) with the item ids", fix: "name the column with --item-key")
        }
        let there = columns.filter { $0 != key && schema[$0] != nil }
        let reader = try RowReader(paths: path, format: format, columns: [key] + there, batchSize: Self.batchSize)
        while let batch = try reader.next() { try body(batch) }
    }
}
