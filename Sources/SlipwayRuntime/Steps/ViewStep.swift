import SlipwayCore

/// A value that lies in another one: a reshape, or a slice of dimension 0 or 1.
struct ViewStep: Step {
    let input: Int
    let output: Int
    /// Elements into each row of the input.
    var columnOffset = 0
    /// Rows of the input that are left out.
    var rowOffset = 0

    func run(_ frame: RunFrame) throws {
        // A slice of dimension 0 has its own number of rows.
        if frame.layout.values[output].dimensions.first?.symbol != nil {
            try frame.setSize(output, axis: 0, frame[input].shape.rows)
        }
        try frame.alias(output, of: input, offset: columnOffset + rowOffset * frame[input].stride)
    }
}
