/// Numbers as text where speed does not matter.
enum NumberText {
    /// Whole numbers without a point, others in the shortest form that reads back the same.
    static func text(_ value: Double) -> String {
        Int64(exactly: value).map { String($0) } ?? value.description
    }
}
