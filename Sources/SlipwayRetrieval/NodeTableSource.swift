import SlipwayCore
import SlipwayOnline
import SlipwayRecall

/// The nodes of a tree as items.
struct NodeTableSource: ItemSource {
    let table: NodeTable
    let path: String

    var description: String { path }

    func stamp() -> String? { nil }

    func reader(columns: [String], key: String) -> (any ItemReader)? { nil }

    func read(columns: [String], key: String, _ body: (ColumnBatch) throws -> Void) throws {
        try body(table.batch([key] + columns))
    }
}
