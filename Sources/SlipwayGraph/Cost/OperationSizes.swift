public import SlipwayCore

/// The sizes of a node's operands and results in one run, for counting what it does.
public struct OperationSizes: Sendable {
    /// One operand or result.
    public struct Entry: Sendable {
        public let role: String
        public let dtype: DType
        public let shape: [Int]

        public init(_ role: String, _ dtype: DType, _ shape: [Int]) {
            self.role = role
            self.dtype = dtype
            self.shape = shape
        }

        var count: Double { shape.reduce(1) { $0 * Double($1) } }
        var bytes: Double { count * Double(dtype.bitWidth) / 8 }
    }

    let operands: [Entry]
    let resultEntries: [Entry]

    public init(operands: [Entry], results: [Entry]) {
        self.operands = operands
        resultEntries = results
    }

    /// Elements of all results of a float type.
    public var results: Double { resultEntries.filter(\.dtype.isFloatingPoint).reduce(0) { $0 + $1.count } }

    func has(_ role: String) -> Bool { entry(role) != nil }

    /// Elements of an operand; 0 where there is none.
    func count(_ role: String) -> Double { entry(role)?.count ?? 0 }

    /// Elements of all operands of a role.
    func total(_ role: String) -> Double { operands.filter { $0.role == role }.reduce(0) { $0 + $1.count } }

    /// The first size of an operand.
    func rows(_ role: String) -> Double { Double(entry(role)?.shape.first ?? 0) }

    /// The last size of an operand.
    func width(_ role: String) -> Double { Double(entry(role)?.shape.last ?? 0) }

    func isQuantized(_ role: String) -> Bool { entry(role)?.dtype.isQuantizedRow ?? false }

    /// Elements of the rows of `table` that the ids read.
    func looked(_ ids: String, from table: String) -> Double { count(ids) * width(table) }

    /// Pairs of steps of the same row, rows taken as equally long.
    func pairs(_ steps: String, lengths: String) -> Double { rows(steps) * rows(steps) / max(1, count(lengths)) }

    private func entry(_ role: String) -> Entry? { operands.first { $0.role == role } }
}
