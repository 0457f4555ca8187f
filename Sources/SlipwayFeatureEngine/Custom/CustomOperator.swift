/// A feature operator of the user's own, named by `operator_name` of a `custom_feature`.
public protocol CustomOperator: Sendable {
    /// - Parameters:
    ///   - parameters: the entry's keys with plain values, `operator_params` among them, as text.
    ///   - inputNames: names of the inputs in order, without their sides.
    /// - Throws: an error whose text says which parameter is wrong; feature and key are added.
    init(parameters: [String: String], inputNames: [String]) throws

    /// True when every input is cut into steps and `values` is called with one step of each.
    static var cutsIntoSteps: Bool { get }

    /// The values of one row or step. `inputs` has the values of each input, none of them empty.
    func values(_ inputs: [[CustomValue]]) -> [CustomValue]
}

extension CustomOperator {
    public static var cutsIntoSteps: Bool { false }
}

/// A value that a custom operator reads or makes.
public enum CustomValue: Sendable, Hashable {
    case text(String)
    case number(Double)

    /// The number it is or spells.
    public var number: Double? {
        switch self {
        case .number(let value): return value
        case .text(let text): return Double(text)
        }
    }

    /// The text it is, or the number's shortest text.
    public var text: String {
        switch self {
        case .text(let text): return text
        case .number(let value): return NumberText.text(value)
        }
    }
}

/// The custom operators an engine knows, by name.
public struct CustomOperators: Sendable {
    private(set) var byName: [String: any CustomOperator.Type]

    /// Those that upstream brings along.
    public static let builtIn = CustomOperators([
        "EditDistance": EditDistanceOperator.self, "RegexReplace": RegexReplaceCustomOperator.self,
        "SeqExpr": SeqExprOperator.self,
    ])

    public init(_ operators: [String: any CustomOperator.Type] = [:]) { byName = operators }

    /// Adds an operator, in place of another of its name.
    public mutating func register(_ name: String, _ type: any CustomOperator.Type) { byName[name] = type }
}
