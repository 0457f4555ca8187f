public import SlipwayCore

/// How often an operand role occurs on a node.
public enum OperandArity: Sendable { case one, optional, many }

/// What an op is, for people, the verifier and the tests.
public struct OperationSpec: Sendable {
    /// The meaning in one line, in the shape letters of the house.
    public let formula: String
    public let operands: [(role: String, arity: OperandArity)]
    /// Numbered constraints: entry 0 is C1.
    public let constraints: [String]

    public init(_ formula: String, operands: [(role: String, arity: OperandArity)], constraints: [String]) {
        self.formula = formula
        self.operands = operands
        self.constraints = constraints
    }
}

/// One op of the portable graph. A value type: its stored properties are its attributes.
public protocol Operation: Sendable {
    /// Serialised name, snake case; permanent once released.
    static var name: String { get }
    static var spec: OperationSpec { get }

    init(attributes: Attributes) throws
    var attributes: Attributes { get }

    /// Whether f(tile(x)) = tile(f(x)): what becomes of a request's rows depends on that request's rows and on weights alone.
    static var commutesWithTile: Bool { get }

    /// The operand with the lengths of a jagged result, where that is not as long as a jagged operand.
    static var lengthsOfResult: String? { get }

    /// Whether it copies elements and computes nothing.
    static var movesOnly: Bool { get }

    /// Floating-point operations of one run: additions, multiplications, divisions and comparisons count 1, as does a function
    /// such as exp or sigmoid; so a product of matrices counts 2 for each multiply-add. Unless an op says otherwise, 1 for
    /// every element of its float results.
    func flops(_ sizes: OperationSizes) -> Double

    /// Result types. Throws `mismatch` citing the constraint that does not hold.
    func resultTypes(_ operands: OperandTypes) throws -> [ValueType]

    /// The meaning, slow and obvious.
    func evaluate(_ operands: OperandValues) throws -> [Tensor]
}

extension Operation {
    public var attributes: Attributes { Attributes() }
    public static var commutesWithTile: Bool { false }
    public static var lengthsOfResult: String? { nil }
    public static var movesOnly: Bool { false }
    public func flops(_ sizes: OperationSizes) -> Double { Self.movesOnly ? 0 : sizes.results }

    /// An error for constraint `number` (1 for C1) of this op.
    static func violates(_ number: Int, _ detail: String) -> SlipwayError {
        let rule = spec.constraints.indices.contains(number - 1) ? spec.constraints[number - 1] : ""
        return SlipwayError(.mismatch, "\(name) C\(number) (\(rule)): \(detail)")
    }
}

/// Operand types of a node, by role.
public struct OperandTypes: Sendable {
    let entries: [(role: String, type: ValueType)]

    public init(_ entries: [(role: String, type: ValueType)]) { self.entries = entries }

    public func optional(_ role: String) -> ValueType? { entries.first { $0.role == role }?.type }

    public func callAsFunction(_ role: String) throws -> ValueType {
        guard let type = optional(role) else { throw SlipwayError(.mismatch, "operand \(role) is missing") }
        return type
    }

    public func many(_ role: String) -> [ValueType] { entries.filter { $0.role == role }.map(\.type) }

    /// `user` when every operand among `roles` is on the user side.
    public func side(_ roles: String...) -> Side { Self.side(of: roles.flatMap { many($0) }) }

    /// `user` when every operand among `roles` that varies from run to run is on the user side. Weights are on no side: a
    /// value without a symbolic dimension does not count.
    func varyingSide(_ roles: String...) -> Side {
        Self.side(of: roles.flatMap { many($0) }.filter { $0.dimensions.contains { $0.size == nil } })
    }

    private static func side(of types: [ValueType]) -> Side {
        !types.isEmpty && types.allSatisfy { $0.side == .user } ? .user : .item
    }
}

/// Operand values of a node, by role, for the reference evaluator.
public struct OperandValues: Sendable {
    let entries: [(role: String, type: ValueType, value: Tensor)]

    public init(_ entries: [(role: String, type: ValueType, value: Tensor)]) { self.entries = entries }

    public func optional(_ role: String) -> Tensor? { entries.first { $0.role == role }?.value }

    public func callAsFunction(_ role: String) throws -> Tensor {
        guard let value = optional(role) else { throw SlipwayError(.mismatch, "operand \(role) is missing") }
        return value
    }

    public func many(_ role: String) -> [Tensor] { entries.filter { $0.role == role }.map(\.value) }

    public func type(_ role: String) throws -> ValueType {
        guard let entry = entries.first(where: { $0.role == role }) else {
            throw SlipwayError(.mismatch, "operand \(role) is missing")
        }
        return entry.type
    }
}
