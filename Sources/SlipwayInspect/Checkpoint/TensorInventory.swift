import SlipwayCheckpoint
import SlipwayCore

/// The tensors of a file or folder, embedding tables apart from the rest.
struct TensorInventory: Sendable {
    struct Entry: Sendable {
        let info: TensorInfo
        /// One file name a piece; nil where tensors are not stored in pieces.
        let pieceFiles: [String]?
    }

    let tables: TableList
    /// In name order.
    let dense: [Entry]
    let denseTotals: TensorTotals

    init(_ tensors: [String: TensorInfo], pieces: [String: [StoredPiece]]? = nil) {
        var tables: [TableFacts] = []
        var dense: [Entry] = []
        var totals = TensorTotals()
        for (name, info) in tensors.sorted(by: { $0.key < $1.key }) {
            let files = pieces.map { $0[name, default: []].map(\.file) }
            if TableName.isTable(name, shape: info.shape) {
                tables.append(
                    TableFacts(
                        name: name, rows: info.shape[0], width: info.shape[1], dtype: info.dtype,
                        rowBytes: info.rowByteCount, pieceFiles: files))
            } else {
                dense.append(Entry(info: info, pieceFiles: files))
                let elements = info.shape.reduce(1) { $0.multipliedClamped(by: $1) }
                totals.add(info.dtype, elements: elements, bytes: info.byteCount)
            }
        }
        self.tables = TableList(tables)
        self.dense = dense
        denseTotals = totals
    }

    var pairs: [(name: String, value: String)] {
        [
            ("tables", tables.totals.text("table")),
            ("dense", "\(denseTotals.text("weight")), \(Quantity.count(denseTotals.all.elements, "number"))"),
        ]
    }

    func sections() -> [String] {
        [tables.section(), denseSection()].compactMap { $0 }
    }

    private func denseSection() -> String? {
        guard !dense.isEmpty else { return nil }
        let hasPieces = dense.contains { $0.pieceFiles != nil }
        var table = TextTable(
            [.text("weight"), .text("shape"), .text("dtype"), .number("bytes")]
                + (hasPieces ? [.number("pieces"), .number("files")] : []))
        for entry in dense {
            let files = entry.pieceFiles ?? []
            table.add(
                [
                    entry.info.name, "\(entry.info.shape)", entry.info.dtype.rawValue,
                    Quantity.bytes(entry.info.byteCount),
                ] + (hasPieces ? [String(files.count), String(Set(files).count)] : []))
        }
        return "dense weights\n\(table.text(indent: "  "))"
    }

    func facts() -> [String: Fact] {
        [
            "tables": tables.facts, "table_totals": tables.totals.facts, "dense_totals": denseTotals.facts,
            "dense": .array(
                dense.map { entry in
                    var facts: [String: Fact] = [
                        "name": .string(entry.info.name), "shape": .array(entry.info.shape.map(Fact.int)),
                        "dtype": .string(entry.info.dtype.rawValue), "bytes": .int(entry.info.byteCount),
                    ]
                    if let files = entry.pieceFiles {
                        facts["pieces"] = .int(files.count)
                        facts["files"] = Fact(Set(files).sorted())
                    }
                    return .object(facts)
                }),
        ]
    }
}
