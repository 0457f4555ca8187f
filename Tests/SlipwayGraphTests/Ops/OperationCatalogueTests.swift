import SlipwayCore
import Testing

@testable import SlipwayGraph

/// Holds every op of the catalogue to its specification and to the cases in `OperationCase.all`.
@Suite struct OperationCatalogueTests {
    static let names = OperationCatalogue.all.map { $0.name }

    private func type(_ name: String) throws -> any Operation.Type {
        try #require(OperationCatalogue.all.first { $0.name == name })
    }

    private func operationCase(_ name: String) throws -> OperationCase {
        try #require(OperationCase.all[name], "op \(name) has no entry in OperationCase.all")
    }

    @Test func namesAreUniqueAndSnakeCase() {
        #expect(Set(Self.names).count == Self.names.count)
        for name in Self.names { #expect(name.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) != nil, "\(name)") }
        #expect(Set(OperationCase.all.keys) == Set(Self.names))
    }

    @Test(arguments: names) func hasSpecificationAndCases(_ name: String) throws {
        let spec = try type(name).spec
        #expect(!spec.formula.isEmpty)
        #expect(!spec.operands.isEmpty)
        #expect(!spec.constraints.isEmpty)
        #expect(Set(spec.operands.map(\.role)).count == spec.operands.count)
        let tested = try operationCase(name)
        #expect(!tested.examples.isEmpty)
        #expect(Set(tested.violations.map(\.number)) == Set(1...spec.constraints.count), "every constraint broken once")
        for operation in tested.examples.map(\.operation) + tested.violations.map(\.operation) {
            #expect(Swift.type(of: operation).name == name)
        }
    }

    @Test(arguments: names) func givesTheExpectedResult(_ name: String) throws {
        for (index, example) in try operationCase(name).examples.enumerated() {
            let types = try example.operation.resultTypes(OperandTypes(example.operands.map { ($0.role, $0.type) }))
            #expect(types == example.types, "\(name) example \(index)")
            let found = try example.operation.evaluate(OperandValues(example.operands))
            #expect(agree(found, example.values), "\(name) example \(index): \(found)")
        }
    }

    @Test(arguments: names) func citesEveryConstraint(_ name: String) throws {
        for violation in try operationCase(name).violations {
            let error = try #require(throws: SlipwayError.self, "\(name) C\(violation.number)") {
                let types = violation.operands
                _ = try violation.operation.resultTypes(OperandTypes(types))
                guard let values = violation.values else { return }
                _ = try violation.operation.evaluate(
                    OperandValues(zip(types, values).map { ($0.role, $0.type, $1) }))
            }
            #expect(error.code == .mismatch)
            let rule = try type(name).spec.constraints[violation.number - 1]
            #expect(error.message.hasPrefix("\(name) C\(violation.number) (\(rule)): "), "\(error)")
        }
    }

    @Test(arguments: names) func attributesMakeTheSameOp(_ name: String) throws {
        for example in try operationCase(name).examples {
            let attributes = example.operation.attributes
            #expect(try type(name).init(attributes: attributes).attributes == attributes)
            let copy = try OperationCatalogue.make(name, attributes)
            let found = try copy.evaluate(OperandValues(example.operands))
            #expect(agree(found, example.values))
        }
    }

    @Test(arguments: names) func namesBadAttributes(_ name: String) throws {
        let attributes = try #require(try operationCase(name).examples.first).operation.attributes.entries
        for key in attributes.keys {
            var missing = attributes
            missing[key] = nil
            let gone = #expect(throws: SlipwayError.self) { try OperationCatalogue.make(name, Attributes(missing)) }
            #expect(gone?.message.contains("attribute \(key) is missing") == true)
            #expect(gone?.context == ["in op \(name)"])
            var wrong = attributes
            wrong[key] = attributes[key] == .ints([1]) ? .bool(true) : .ints([1])
            if case .ints? = attributes[key] { wrong[key] = .bool(true) }
            let other = #expect(throws: SlipwayError.self) { try OperationCatalogue.make(name, Attributes(wrong)) }
            #expect(other?.message.contains("attribute \(key) is") == true)
        }
        let extra = attributes.merging(["surprise": .int(1)]) { $1 }
        let error = #expect(throws: SlipwayError.self) { try OperationCatalogue.make(name, Attributes(extra)) }
        #expect(error?.code == .unsupported)
        #expect(error?.message == "\(name) has no attribute surprise")
    }

    @Test(arguments: names) func refusesMissingAndUnknownOperands(_ name: String) throws {
        for example in try operationCase(name).examples {
            func add(_ operands: [(role: String, type: ValueType, value: Tensor)]) throws {
                var builder = GraphBuilder(name: "g")
                let ids = try operands.enumerated().map { try builder.input("i\($0.offset)", $0.element.type) }
                _ = try builder.addAll(example.operation, zip(operands, ids).map { Operand($0.role, $1) })
            }
            for (role, arity) in try type(name).spec.operands where arity != .optional {
                let rest = example.operands.filter { $0.role != role }
                let error = #expect(throws: SlipwayError.self) { try add(rest) }
                #expect(error?.message == "\(name) has 0 operands called \(role)")
            }
            let first = try #require(example.operands.first)
            let unknown = #expect(throws: SlipwayError.self) {
                try add(example.operands + [("stranger", first.type, first.value)])
            }
            #expect(unknown?.message == "\(name) has no operand called stranger")
        }
    }

    /// A graph of one op: built, printed, parsed, saved, loaded and run.
    @Test(arguments: names) func livesInAGraph(_ name: String) throws {
        for example in try operationCase(name).examples {
            var builder = GraphBuilder(name: "one \(name)")
            var inputs: [String: Tensor] = [:]
            var parameters: [String: Tensor] = [:]
            var operands: [Operand] = []
            for (index, operand) in example.operands.enumerated() {
                if operand.role == "table" {
                    operands.append(
                        Operand(
                            "table",
                            try builder.table(
                                "w\(index)", rows: operand.value.shape[0], width: operand.value.shape[1],
                                dtype: operand.type.dtype)))
                    parameters["w\(index)"] = operand.value
                } else {
                    operands.append(Operand(operand.role, try builder.input("i\(index)", operand.type)))
                    inputs["i\(index)"] = operand.value
                }
            }
            let results = try builder.addAll(example.operation, operands)
            for (index, result) in results.enumerated() { try builder.output("y\(index)", result) }
            let graph = try builder.build()
            let text = GraphPrinter.print(graph)
            let parsed = try GraphParser.parse(text)
            #expect(GraphPrinter.print(parsed) == text)
            let bytes = try GraphDocument.encode(graph)
            #expect(try GraphDocument.encode(parsed) == bytes)
            let loaded = try GraphDocument.decode(bytes)
            #expect(GraphPrinter.print(loaded) == text)
            for copy in [graph, parsed, loaded] {
                let outputs = try ReferenceEvaluator(graph: copy, parameters: parameters).run(inputs)
                let found = try results.indices.map { try #require(outputs["y\($0)"]) }
                #expect(agree(found, example.values), "\(name): \(found)")
            }
        }
    }

    @Test func unknownOpIsUnsupported() {
        let error = #expect(throws: SlipwayError.self) { try OperationCatalogue.make("levitate", Attributes()) }
        #expect(error?.code == .unsupported)
        #expect(error?.message == "there is no op called levitate")
    }
}
