import SlipwayCore

/// What ops over jagged rows have in common: steps f32 [n, D], lengths i32 [B] and, where an op has it, a tail i32 [B].
extension OperandTypes {
    /// The type of the steps `role`; nil unless it is f32 [n, D].
    func steps(_ role: String) throws -> ValueType? {
        let type = try self(role)
        return type.rank == 2 && type.dtype == .f32 ? type : nil
    }

    /// The type of the lengths `role`; nil unless it is i32 [B].
    func lengths(_ role: String) throws -> ValueType? {
        let type = try self(role)
        return type.rank == 1 && type.dtype == .i32 ? type : nil
    }
}

/// An op whose only attribute is the symbol of its result's leading dimension.
public protocol SymbolOperation: Operation {
    var symbol: String { get }
    init(symbol: String)
}

extension SymbolOperation {
    public init(attributes: Attributes) throws { self.init(symbol: try attributes.string("symbol")) }
    public var attributes: Attributes { Attributes(["symbol": .string(symbol)]) }
}

extension Operation {
    /// The types of the operands `values` and `lengths`. Throws for C1 and C2.
    static func rows(_ operands: OperandTypes) throws -> (values: ValueType, lengths: ValueType) {
        guard let values = try operands.steps("values") else {
            throw violates(1, "values are \(try operands("values"))")
        }
        return (values, try lengths(operands, constraint: 2))
    }

    /// The type of the operand `lengths`. Throws for the constraint of that number.
    static func lengths(_ operands: OperandTypes, constraint: Int) throws -> ValueType {
        guard let lengths = try operands.lengths("lengths") else {
            throw violates(constraint, "lengths are \(try operands("lengths"))")
        }
        return lengths
    }

    /// Throws for the constraint of that number unless the operand `tail` is i32 and as long as `lengths`.
    static func checkTail(_ operands: OperandTypes, of lengths: ValueType, constraint: Int) throws {
        guard let tail = try operands.lengths("tail"), tail.dimensions == lengths.dimensions else {
            throw violates(constraint, "tail is \(try operands("tail")), lengths are \(lengths)")
        }
    }

    /// The types of two results: steps as wide as `values` with the leading dimension `symbol`, and their lengths.
    static func rows(of values: ValueType, over symbol: String, lengths: ValueType, side: Side) -> [ValueType] {
        [
            ValueType(.f32, [.symbol(symbol), values.dimensions[1]], side: side),
            ValueType(.i32, lengths.dimensions, side: side),
        ]
    }
}

extension OperandValues {
    /// The rows of `values` by `lengths`. Throws `mismatch` when they do not fit.
    func segments(_ lengths: String, of values: String) throws -> Segments {
        try Segments(lengths: try self(lengths).ints, count: try self(values).shape[0], of: lengths)
    }

    /// The tail of every row. Throws `mismatch` when one is longer than its row.
    func tails(_ role: String, within segments: Segments) throws -> [Int] {
        let tails = try self(role).ints
        guard tails.count == segments.count else {
            throw SlipwayError(.mismatch, "\(role) has \(tails.count) rows where there are \(segments.count)")
        }
        return try tails.enumerated().map { row, tail in
            guard tail >= 0, tail <= Int64(segments[row].count) else {
                throw SlipwayError(
                    .mismatch, "\(role) of row \(row) is \(tail), but it has \(segments[row].count) steps")
            }
            return Int(tail)
        }
    }
}

extension Tensor {
    /// The steps `rows` of a value [n, D], one after the other.
    func steps(_ rows: some Sequence<Int>) -> [Float] {
        let width = rowSize, source = floats
        return rows.flatMap { source[$0 * width..<($0 + 1) * width] }
    }

    static func lengths(_ counts: [Int]) -> Tensor { Tensor(shape: [counts.count], ints: counts.map(Int64.init)) }
}
