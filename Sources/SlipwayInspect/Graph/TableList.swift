import SlipwayCore

/// One embedding table: N rows of width D.
struct TableFacts: Sendable {
    let name: TableName
    let rows: Int
    let width: Int
    let dtype: DType
    /// Bytes from one row to the next.
    let rowBytes: Int
    let bytes: Int
    /// The files of a checkpoint that hold its pieces, one entry a piece; nil where there are no pieces.
    var pieceFiles: [String]?

    init(name: String, rows: Int, width: Int, dtype: DType, rowBytes: Int, pieceFiles: [String]? = nil) {
        self.name = TableName(name)
        self.rows = rows
        self.width = width
        self.dtype = dtype
        self.rowBytes = rowBytes
        self.pieceFiles = pieceFiles
        bytes = rows.multipliedClamped(by: rowBytes)
    }
}

/// Embedding tables, largest first.
struct TableList: Sendable {
    let tables: [TableFacts]
    let totals: TensorTotals

    init(_ tables: [TableFacts]) {
        self.tables = tables.sorted { ($1.bytes, $0.name.full) < ($0.bytes, $1.name.full) }
        var totals = TensorTotals()
        for table in self.tables {
            totals.add(table.dtype, elements: table.rows.multipliedClamped(by: table.width), bytes: table.bytes)
        }
        self.totals = totals
    }

    /// The tables with a number for each module that holds some, then what the numbers stand for; nil when there are none.
    func section() -> String? {
        guard !tables.isEmpty else { return nil }
        let hasPieces = tables.contains { $0.pieceFiles != nil }
        var columns: [TextTable.Column] = [
            .text("table"), .number("rows"), .number("width"), .text("dtype"), .number("bytes"), .number("share"),
        ]
        if hasPieces { columns += [.number("pieces"), .number("files")] }
        var table = TextTable(columns + [.text("in")])
        var modules: [String] = []
        for entry in tables {
            let module = modules.firstIndex(of: entry.name.module) ?? modules.count
            if module == modules.count { modules.append(entry.name.module) }
            var cells = [
                entry.name.short, Quantity.count(entry.rows), String(entry.width), entry.dtype.rawValue,
                Quantity.bytes(entry.bytes), Quantity.share(entry.bytes, of: totals.all.bytes),
            ]
            if hasPieces {
                let files = entry.pieceFiles ?? []
                cells += [String(files.count), String(Set(files).count)]
            }
            table.add(cells + ["[\(module + 1)]"])
        }
        let legend = TextTable(pairs: modules.enumerated().map { ("[\($0 + 1)]", $1) })
        return "tables, largest first\n\(table.text(indent: "  "))\n\(legend.text(indent: "  "))"
    }

    var facts: Fact {
        .array(
            tables.map { table in
                var facts: [String: Fact] = [
                    "name": .string(table.name.short), "full_name": .string(table.name.full), "rows": .int(table.rows),
                    "width": .int(table.width), "dtype": .string(table.dtype.rawValue), "row_bytes": .int(table.rowBytes),
                    "bytes": .int(table.bytes),
                    "share": totals.all.bytes > 0
                        ? .double(Double(table.bytes) / Double(totals.all.bytes)) : .null,
                ]
                if let files = table.pieceFiles {
                    facts["pieces"] = .int(files.count)
                    facts["files"] = Fact(Set(files).sorted())
                }
                return .object(facts)
            })
    }
}
