import SlipwayCore
import Testing

@testable import SlipwayGraph

/// Graphs put together by hand, each wrong in one way.
@Suite struct GraphVerifierTests {
    private static let x = Value(name: "x", type: f32("B", 2))
    private static let y = Value(name: "y", type: f32("B", 2))

    private func softmax(_ from: Int, _ to: Int, role: String = "input") -> Node {
        Node(
            operation: Softmax(), operands: [Operand(role, ValueID(from))], results: [ValueID(to)], scope: "tower")
    }

    private func message(
        values: [Value] = [x, y], inputs: [(String, Int)] = [("x", 0)], parameters: [Parameter] = [],
        nodes: [Node], outputs: [(String, Int)] = [("y", 1)]
    ) -> String? {
        let graph = Graph(
            name: "g", values: values, inputs: inputs.map { ($0, ValueID($1)) }, parameters: parameters, nodes: nodes,
            outputs: outputs.map { ($0, ValueID($1)) })
        do {
            try GraphVerifier.verify(graph)
            return nil
        } catch { return (error as? SlipwayError)?.message }
    }

    @Test func aSoundGraphPasses() { #expect(message(nodes: [softmax(0, 1)]) == nil) }

    @Test func valuesAreDefinedOnceAndBeforeUse() {
        #expect(
            message(nodes: [softmax(1, 1)])
                == "graph g: operand input of node 0 (softmax of tower) is used before it is defined")
        #expect(
            message(nodes: [softmax(7, 1)])
                == "graph g: operand input of node 0 (softmax of tower) is used before it is defined")
        #expect(message(nodes: [softmax(0, 1), softmax(0, 1)]) == "graph g: %y is defined twice")
        #expect(message(nodes: [softmax(0, 0)]) == "graph g: %x is defined twice")
        #expect(
            message(nodes: [softmax(0, -1)])
                == "graph g: a result of node 0 (softmax of tower) is value -1, which does not exist")
        #expect(
            message(inputs: [("x", 0), ("z", 9)], nodes: [softmax(0, 1)])
                == "graph g: input z is value 9, which does not exist")
        #expect(message(nodes: [], outputs: [("y", 1)]) == "graph g: output y is used before it is defined")
        #expect(message(nodes: [], outputs: [("y", 0)]) == "graph g: %y is never defined")
        #expect(message(nodes: [softmax(0, 1)], outputs: []) == "graph g has no output")
    }

    @Test func namesAreUnique() {
        #expect(message(values: [Self.x, Self.x], nodes: [softmax(0, 1)]) == "graph g: two values are called %x")
        #expect(
            message(inputs: [("x", 0), ("x", 1)], nodes: [], outputs: [("y", 0)])
                == "graph g: two inputs are called x")
        #expect(
            message(nodes: [softmax(0, 1)], outputs: [("y", 0), ("y", 1)]) == "graph g: two outputs are called y")
    }

    @Test func recordedTypesEqualInferredOnes() {
        let wrong = Value(name: "y", type: f32("B", 3))
        #expect(
            message(values: [Self.x, wrong], nodes: [softmax(0, 1)])
                == "node 0 (softmax of tower): %y is recorded as f32[B, 3] but is f32[B, 2]")
        let side = Value(name: "y", type: f32("B", 2, side: .user))
        #expect(
            message(values: [Self.x, side], nodes: [softmax(0, 1)])?.hasSuffix("user f32[B, 2] but is f32[B, 2]")
                == true)
        let extra = Node(
            operation: Softmax(), operands: [Operand("input", ValueID(0))], results: [ValueID(1), ValueID(2)], scope: ""
        )
        #expect(
            message(values: [Self.x, Self.y, Value(name: "z", type: f32())], nodes: [extra])
                == "node 0 (softmax) has 2 results; its op gives 1")
    }

    @Test func operandsHaveTheArityOfTheirOp() {
        #expect(message(nodes: [softmax(0, 1, role: "x")]) == "node 0 (softmax of tower) has no operand called x")
        let twice = Node(
            operation: Softmax(), operands: [Operand("input", ValueID(0)), Operand("input", ValueID(0))],
            results: [ValueID(1)], scope: "")
        #expect(message(nodes: [twice]) == "node 0 (softmax) has 2 operands called input")
    }

    @Test func typesHold() {
        let ids = Value(name: "x", type: i64("B"))
        let found = message(values: [ids, Self.y], nodes: [softmax(0, 1)])
        #expect(found?.hasPrefix("softmax C1 (") == true)
    }

    private func parameter(_ type: ValueType, isTable: Bool = false, _ source: ParameterSource = .tensor("w"))
        -> String?
    {
        message(
            values: [Value(name: "p", type: type)], inputs: [],
            parameters: [Parameter(name: "w", value: ValueID(0), isTable: isTable, source: source)], nodes: [],
            outputs: [("y", 0)])
    }

    @Test func parametersAreWhole() {
        #expect(parameter(f32(2, 3)) == nil)
        #expect(parameter(f32(2, "N")) == "parameter w has the symbolic shape f32[2, N]")
        #expect(parameter(ValueType(.q8, [2, 3]), isTable: true) == nil)
        #expect(parameter(ValueType(.q8, [2, 3])) == "graph g: %p is q8[2, 3] but not a table")
        #expect(parameter(f32(6), isTable: true) == "table w is f32[6], not N × D")
        #expect(parameter(f32(2, 3), .stack(["a", "b"])) == nil)
        #expect(parameter(f32(2, 3), .stack(["a"])) == "parameter w is f32[2, 3] but stacks 1 tensors")
        #expect(parameter(f32(), .stack([])) == "parameter w is f32[] but stacks 0 tensors")
        #expect(parameter(f32(2), .constant([1, 2])) == nil)
        #expect(parameter(f32(2), .constant([1])) == "parameter w is f32[2] but holds 1 f32 numbers")
        #expect(parameter(i64(1), .constant([1])) == "parameter w is i64[1] but holds 1 f32 numbers")
    }

    @Test func activationsAreNotQuantized() {
        let codes = Value(name: "x", type: ValueType(.q4, ["B", 2]))
        #expect(message(values: [codes], nodes: [], outputs: [("y", 0)]) == "graph g: %x is q4[B, 2] but not a table")
    }

    @Test func sizesAreSane() {
        func size(_ dimensions: Dimension...) -> String? {
            let value = Value(name: "x", type: ValueType(.f32, dimensions))
            return message(values: [value], nodes: [], outputs: [("y", 0)])
        }
        #expect(size("B", 0) == nil)
        #expect(size(.fixed(1 << 48)) == nil)
        #expect(size("B", -1) == "graph g: %x has a negative size: f32[B, -1]")
        #expect(size(.fixed(1 << 32), "B", .fixed(1 << 32))?.hasPrefix("graph g: %x is too large: f32[") == true)
        #expect(size(0, .fixed(1 << 49))?.hasPrefix("graph g: %x is too large: f32[") == true)
    }
}
