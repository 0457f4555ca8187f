import SlipwayCore

/// One input's cells, whatever the column's type. Valid while the column or the producing feature's output lives.
enum ColumnReader {
    case scalar(ColumnLeaf, rows: Int)
    case list(Nesting, ColumnLeaf)
    /// Lists of lists: steps of a row, then values of a step.
    case nested(Nesting, Nesting, ColumnLeaf)
    case map(Nesting, keys: ColumnLeaf, values: ColumnLeaf)
    case produced(ProducedColumn)

    /// Which elements of the layer below belong to a row.
    struct Nesting {
        let rows: Int
        let offsets: UnsafePointer<Int32>?
        let validity: UnsafePointer<UInt8>?

        init(_ column: Column) {
            rows = column.count
            offsets = column.offsets
            validity = column.validity
        }

        @inline(__always)
        func range(_ row: Int) -> Range<Int> {
            guard let offsets, validity.map({ $0[row] != 0 }) ?? true else { return 0..<0 }
            return Int(offsets[row])..<Int(offsets[row + 1])
        }
    }

    /// nil for a type that feature generation does not read.
    init?(_ column: Column) {
        switch column.type {
        case .list(.list):
            guard let inner = column.children.first, let values = inner.children.first,
                let leaf = ColumnLeaf(values)
            else { return nil }
            self = .nested(Nesting(column), Nesting(inner), leaf)
        case .list:
            guard let values = column.children.first, let leaf = ColumnLeaf(values) else { return nil }
            self = .list(Nesting(column), leaf)
        case .map:
            guard column.children.count == 2, let keys = ColumnLeaf(column.children[0]),
                let values = ColumnLeaf(column.children[1])
            else { return nil }
            self = .map(Nesting(column), keys: keys, values: values)
        default:
            guard let leaf = ColumnLeaf(column) else { return nil }
            self = .scalar(leaf, rows: column.count)
        }
    }

    var rows: Int {
        switch self {
        case .scalar(_, let rows): return rows
        case .list(let rows, _), .nested(let rows, _, _), .map(let rows, _, _): return rows.rows
        case .produced(let column): return column.rows
        }
    }

    /// Appends the values of a row.
    @inline(__always)
    func read(_ row: Int, _ form: CellForm, into out: TokenBuffer) {
        switch self {
        case .scalar(let leaf, _):
            if leaf.element == .string {
                if !leaf.isNull(row) { form.cut(leaf.bytes(row), into: out) }
            } else if let token = leaf.token(row) {
                form.add(token, into: out)
            }
        case .list(let rows, let leaf): Self.readElements(rows.range(row), leaf, form, into: out)
        case .nested(let rows, let steps, let leaf):
            for step in rows.range(row) { Self.readElements(steps.range(step), leaf, form, into: out) }
        case .map(let rows, let keys, let values): Self.readPairs(rows.range(row), keys, values, form, into: out)
        case .produced(let column): column.read(row, form, into: out)
        }
    }

    @inline(__always)
    private static func readElements(_ range: Range<Int>, _ leaf: ColumnLeaf, _ form: CellForm, into out: TokenBuffer) {
        for index in range {
            guard let token = leaf.token(index) else { continue }
            if token.kind == .text { form.cutElement(token.bytes, into: out) } else { form.add(token, into: out) }
        }
    }

    private static func readPairs(
        _ range: Range<Int>, _ keys: ColumnLeaf, _ values: ColumnLeaf, _ form: CellForm, into out: TokenBuffer
    ) {
        for index in range {
            guard let key = keys.token(index) else { continue }
            out.append(key)
            if case .pairs = form.shape { out.append(values.token(index) ?? .absent) }
        }
    }
}
