/// Rows of one side whose partner on the other side has not come yet.
struct WaitingRows {
    struct Row {
        let number: Int
        let cells: [ComparedCell]

        var weight: Int { cells.reduce(4) { $0 + $1.weight } }
    }

    private var rows: [RowKey: ArraySlice<Row>] = [:]
    private(set) var count = 0
    /// About how many numbers' room the rows take.
    private(set) var weight = 0

    var isEmpty: Bool { count == 0 }

    mutating func add(_ row: Row, key: RowKey) {
        rows[key, default: []].append(row)
        count += 1
        weight += row.weight
    }

    /// The first row of this key, which no longer waits. Rows of one key pair up in their order.
    mutating func take(_ key: RowKey) -> Row? {
        guard let row = rows[key]?.popFirst() else { return nil }
        if rows[key]?.isEmpty == true { rows[key] = nil }
        count -= 1
        weight -= row.weight
        return row
    }

    /// The keys of the first `limit` rows by their place in the file.
    func firstKeys(_ limit: Int) -> [String] {
        var first: [(number: Int, key: RowKey)] = []
        for (key, waiting) in rows {
            for row in waiting.prefix(limit) {
                first.append((row.number, key))
                guard first.count > 2 * limit else { continue }
                first.sort { $0.number < $1.number }
                first.removeLast(first.count - limit)
            }
        }
        return first.sorted { $0.number < $1.number }.prefix(limit).map { "\($0.key)" }
    }
}
