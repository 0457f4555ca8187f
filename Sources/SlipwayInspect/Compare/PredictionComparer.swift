import SlipwayCore
import SlipwayData

/// Goes through two prediction outputs side by side.
///
/// Batches whose keys agree row by row are compared as they lie. Where they do not, rows wait for their partner.
struct PredictionComparer {
    static let defaultKey = "row_id"

    private let expected: PredictionFile
    private let actual: PredictionFile
    private let options: PredictionComparison.Options
    private let key: String?
    private let nullIsNaN: Bool
    private var columns: [ColumnDifference]
    private var waitingExpected = WaitingRows()
    private var waitingActual = WaitingRows()
    private var isReordered = false
    private var expectedCount = 0
    private var actualCount = 0

    init(expected: String, actual: String, options: PredictionComparison.Options) throws {
        self.expected = try withContext("expected") { try PredictionFile(path: expected, batchSize: options.batchSize) }
        self.actual = try withContext("actual") { try PredictionFile(path: actual, batchSize: options.batchSize) }
        self.options = options
        let schemas = (self.expected.reader.schema, self.actual.reader.schema)
        if let key = options.key {
            try self.expected.require(column: key)
            try self.actual.require(column: key)
            self.key = key
        } else {
            let hasDefault = schemas.0[Self.defaultKey] != nil && schemas.1[Self.defaultKey] != nil
            key = hasDefault ? Self.defaultKey : nil
        }
        nullIsNaN = self.expected.isCSV || self.actual.isCSV
        let keyColumn = key
        columns = schemas.0.fields.compactMap { field in
            guard field.name != keyColumn, let type = schemas.1[field.name] else { return nil }
            return ColumnDifference(name: field.name, expectedType: "\(field.type)", actualType: "\(type)")
        }
    }

    mutating func run() throws -> PredictionComparison {
        while true {
            let left = try withContext("expected") { try expected.reader.next() }
            let right = try withContext("actual") { try actual.reader.next() }
            guard left != nil || right != nil else { break }
            try compare(left, right)
            expectedCount += left?.rowCount ?? 0
            actualCount += right?.rowCount ?? 0
        }
        let names = (expected.reader.schema.names, actual.reader.schema.names)
        return PredictionComparison(
            expectedPath: expected.path, actualPath: actual.path, tolerance: options.tolerance,
            expectedRowCount: expectedCount, actualRowCount: actualCount, key: key, isReordered: isReordered,
            onlyExpectedRowCount: key == nil ? max(0, expectedCount - actualCount) : waitingExpected.count,
            onlyActualRowCount: key == nil ? max(0, actualCount - expectedCount) : waitingActual.count,
            unmatchedKeys: Array((waitingExpected.firstKeys(5) + waitingActual.firstKeys(5)).prefix(5)),
            missingColumns: names.0.filter { !names.1.contains($0) }, extraColumns: names.1.filter { !names.0.contains($0) },
            columns: columns)
    }

    private mutating func compare(_ left: ColumnBatch?, _ right: ColumnBatch?) throws {
        guard let key else {
            // Batches are equally long up to the end of the shorter file; what is left over has no partner.
            guard let left, let right else { return }
            return try compareAligned(left, right, rowCount: min(left.rowCount, right.rowCount), keys: nil)
        }
        let leftKeys = try left?[key].map { try RowKey.keys(of: $0, name: key) } ?? []
        let rightKeys = try right?[key].map { try RowKey.keys(of: $0, name: key) } ?? []
        if let left, let right, waitingExpected.isEmpty, waitingActual.isEmpty, leftKeys == rightKeys {
            return try compareAligned(left, right, rowCount: left.rowCount, keys: leftKeys)
        }
        let leftColumns = try chosen(left), rightColumns = try chosen(right)
        for row in 0..<max(leftKeys.count, rightKeys.count) {
            if row < leftKeys.count { takeExpected(leftColumns, row, leftKeys[row]) }
            if row < rightKeys.count { takeActual(rightColumns, row, rightKeys[row]) }
            guard waitingExpected.weight + waitingActual.weight <= options.waitingLimit else {
                throw SlipwayError(
                    .unsupported,
                    "the rows of \(expected.path) and \(actual.path) are too far apart: "
                        + "\(waitingExpected.count + waitingActual.count) wait for the row with the same \(key)",
                    fix: "sort both by \(key), or check that they hold the same rows")
            }
        }
    }

    private mutating func compareAligned(
        _ left: ColumnBatch, _ right: ColumnBatch, rowCount: Int, keys: [RowKey]?
    ) throws {
        let leftColumns = try chosen(left), rightColumns = try chosen(right)
        for index in columns.indices {
            for row in 0..<rowCount {
                columns[index].compare(
                    ComparedCell(leftColumns[index], row), ComparedCell(rightColumns[index], row), nullIsNaN: nullIsNaN,
                    at: RowPlace(row: expectedCount + row, key: keys.map { "\($0[row])" }, keyColumn: key))
            }
        }
    }

    private mutating func takeExpected(_ source: [Column], _ row: Int, _ rowKey: RowKey) {
        let found = WaitingRows.Row(number: expectedCount + row, cells: source.map { ComparedCell($0, row) })
        guard let partner = waitingActual.take(rowKey) else { return waitingExpected.add(found, key: rowKey) }
        compareMatched(found, partner, rowKey)
    }

    private mutating func takeActual(_ source: [Column], _ row: Int, _ rowKey: RowKey) {
        let found = WaitingRows.Row(number: actualCount + row, cells: source.map { ComparedCell($0, row) })
        guard let partner = waitingExpected.take(rowKey) else { return waitingActual.add(found, key: rowKey) }
        compareMatched(partner, found, rowKey)
    }

    private mutating func compareMatched(_ left: WaitingRows.Row, _ right: WaitingRows.Row, _ rowKey: RowKey) {
        if left.number != right.number { isReordered = true }
        for index in columns.indices {
            columns[index].compare(
                left.cells[index], right.cells[index], nullIsNaN: nullIsNaN,
                at: RowPlace(row: left.number, key: "\(rowKey)", keyColumn: key))
        }
    }

    /// The compared columns of a batch, in order.
    private func chosen(_ batch: ColumnBatch?) throws -> [Column] {
        guard let batch else { return [] }
        return try columns.map { column in
            guard let found = batch[column.name] else {
                throw SlipwayError(.internalFault, "column \(column.name) is not in its batch")
            }
            return found
        }
    }
}
