/// One step of an expression: a number, a variable, or an operation on others.
indirect enum ExpressionNode: Sendable {
    case constant(Double)
    case variable(Int)
    case function(ElementFunction, [ExpressionNode])
    /// A function of whole vectors, which gives one number.
    case reduction(VectorFunction, [ExpressionNode])
    case choice(ExpressionNode, ExpressionNode, ExpressionNode)

    /// Calls `body` with every variable that is not inside a reduction.
    func elementVariables(_ body: (Int) -> Void) {
        switch self {
        case .constant, .reduction: break
        case .variable(let index): body(index)
        case .function(_, let arguments): for argument in arguments { argument.elementVariables(body) }
        case .choice(let condition, let first, let second):
            for node in [condition, first, second] { node.elementVariables(body) }
        }
    }
}
