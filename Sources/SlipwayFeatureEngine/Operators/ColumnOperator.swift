/// An operator of one input that can take a whole column at once.
protocol ColumnOperator: FeatureOperator {
    /// Writes `rows` rows with their lengths and counters; false, with nothing written, when the column is not simple enough.
    func apply(_ column: ColumnReader, rows: Int, to out: FeatureWriter) -> Bool
}
