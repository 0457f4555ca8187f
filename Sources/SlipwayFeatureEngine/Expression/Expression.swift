import SlipwayCore

/// An arithmetic expression over named variables, each of which may hold several numbers.
///
/// Element functions work number by number; a variable with one number serves all, a shorter one is filled. Vector functions
/// make one number of whole vectors, and then every variable outside them must hold one number.
struct Expression: Sendable {
    private let root: ExpressionNode
    private let variableCount: Int
    /// Variables that are read number by number.
    private let elementVariables: [Int]

    /// - Throws: `invalid_config` with the character at fault.
    init(_ text: String, variables: [String]) throws {
        root = try ExpressionParser.parse(text, variables: variables)
        variableCount = variables.count
        var used: Set<Int> = []
        root.elementVariables { used.insert($0) }
        elementVariables = used.sorted()
    }

    /// The value for an expression of one variable.
    func value(_ x: Double) -> Double {
        withUnsafePointer(to: x) { pointer in
            let values = Values(
                numbers: UnsafeBufferPointer(start: pointer, count: 1), starts: [0, 1], fill: .nan)
            return Self.evaluate(root, values, 0)
        }
    }

    /// Numbers of all variables one after another: those of variable i are `numbers[starts[i]..<starts[i + 1]]`.
    struct Values {
        let numbers: UnsafeBufferPointer<Double>
        let starts: [Int]
        /// What a short vector is filled with.
        let fill: Double

        func count(_ variable: Int) -> Int { starts[variable + 1] - starts[variable] }

        @inline(__always)
        func number(_ variable: Int, _ index: Int) -> Double {
            let count = count(variable)
            if count == 1 { return numbers[starts[variable]] }
            return index < count ? numbers[starts[variable] + index] : fill
        }
    }

    /// How many numbers the expression gives for these values.
    func count(_ values: Values) -> Int {
        elementVariables.reduce(1) { max($0, values.count($1)) }
    }

    /// Number `index` of the result.
    func value(_ values: Values, _ index: Int) -> Double { Self.evaluate(root, values, index) }

    private static func evaluate(_ node: ExpressionNode, _ values: Values, _ index: Int) -> Double {
        switch node {
        case .constant(let value): return value
        case .variable(let variable): return values.number(variable, index)
        case .choice(let condition, let first, let second):
            let truth = evaluate(condition, values, index)
            return truth.isNaN ? .nan : evaluate(truth != 0 ? first : second, values, index)
        case .function(let function, let arguments):
            return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(arguments.count, 1)) { space in
                for (place, argument) in arguments.enumerated() {
                    space.initializeElement(at: place, to: evaluate(argument, values, index))
                }
                return function.apply(UnsafeBufferPointer(rebasing: space[..<arguments.count]))
            }
        case .reduction(let function, let arguments):
            let length = arguments.reduce(1) { longest, argument in
                var longest = longest
                argument.elementVariables { longest = max(longest, values.count($0)) }
                return longest
            }
            let vectors = arguments.map { argument in (0..<length).map { evaluate(argument, values, $0) } }
            return function.apply(vectors[0], vectors.count > 1 ? vectors[1] : [])
        }
    }
}
