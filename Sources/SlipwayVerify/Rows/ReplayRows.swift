package import SlipwayCore

/// Rows as model inputs, batch after batch.
package protocol ReplayRows {
    var slots: [InputSlot] { get }
    /// Rows in all, where known.
    var total: Int? { get }
    /// Fills `inputs` with the next rows; false at the end.
    mutating func next(into inputs: inout InputBatch) throws -> Bool
}
