package import SlipwayCore

/// Features of a tree's nodes, from upstream's `node_table.txt`: a header, then id, weight and attributes of each node, tabs
/// between them; the attributes with a delimiter of their own, level and id first.
///
/// Source: tzrec/tools/tdm/gen_tree/tree_search_util.py, tzrec/datasets/sampler.py.
package struct NodeTable: Sendable {
    /// Names of the columns: the id's first.
    package let names: [String]
    private let columns: [Column]

    package var rowCount: Int { columns.first?.count ?? 0 }

    /// All nodes. Columns that are not there are left out.
    package func batch(_ wanted: [String]) -> ColumnBatch {
        ColumnBatch(
            rowCount: rowCount,
            columns: zip(names, columns).filter { wanted.contains($0.0) }.map { (name: $0, column: $1) })
    }

    /// - Parameters:
    ///   - attributes: names as `tdm_sampler.attr_fields` gives them; level and id may be left out.
    ///   - types: types of columns that are not text.
    /// - Throws: `corrupt` naming the line.
    package init(
        path: String, idField: String, attributes: [String], delimiter: String, types: [String: ColumnType]
    ) throws {
        var fields = attributes
        if fields.first != "tree_level" { fields.insert("tree_level", at: 0) }
        if fields.count < 2 || fields[1] != idField { fields.insert(idField, at: 1) }
        guard delimiter.count == 1, let separator = delimiter.first else {
            throw SlipwayError(
                .invalidConfig, "data_config.tdm_sampler.attr_delimiter \"\(delimiter)\" is not one character",
                fix: "use one character")
        }
        var values = [[String?]](repeating: [], count: fields.count)
        try TabbedLines.read(path) { words, line in
            guard words.count >= 3 else { throw TabbedLines.wrong(path, line, "has no id, weight and attributes") }
            guard words[0] != ItemTree.aboveRoot else { return }
            let own = words[2].split(separator: separator, omittingEmptySubsequences: false)
            guard own.count == fields.count else {
                throw TabbedLines.wrong(
                    path, line, "has \(own.count) attributes, attr_fields names \(fields.joined(separator: ", "))")
            }
            for (index, value) in own.enumerated() { values[index].append(value.isEmpty ? nil : String(value)) }
        }
        names = Array(fields.dropFirst())
        columns = try zip(fields, values).dropFirst().map { name, rows in
            try withContext("in column \(name) of \(path)") { try Self.column(rows, types[name]) }
        }
    }

    private static func column(_ rows: [String?], _ type: ColumnType?) throws -> Column {
        func parsed<T>(_ parse: (String) -> T?) throws -> [T?] {
            try rows.map { text in
                guard let text else { return nil }
                guard let value = parse(text) else {
                    throw SlipwayError(
                        .mismatch, "\"\(text.prefix(40))\" is no number, and the input's column has numbers",
                        fix: "store the attribute as in the input files")
                }
                return value
            }
        }
        switch type {
        case .int32, .int64: return .int64(try parsed { Int64($0) })
        case .float, .double: return .double(try parsed { Double($0) })
        default: return .string(rows)
        }
    }
}
