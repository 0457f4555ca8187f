import SlipwayCore
import SlipwayGraph
import SlipwayGraphFixtures

extension OperationParityTests {
    /// Ops of match, tree and semantic-id models.
    static let routing: [Case] = windows + capsules + codebooks

    private static let windows: [Case] = [("beyond the end", [1, 2, 3]), ("short of the end", [1]), ("one", [9])].map {
        form, windows in
        Case(operation: WindowMean.name, form: "windows \(form)") { b in
            let steps = try b.sequence("s", 3)
            let operands = [Operand("values", steps.values), Operand("lengths", steps.lengths)]
            try b.output("y", try b.add(WindowMean(windows: windows), operands))
        }
    }

    private static let capsules: [Case] = [
        ("in use by length", 3, 2, 2.0, 1.0, true, false), ("all in use", 4, 3, 5, 0.5, false, false),
        ("from given logits", 3, 3, 2, 1, true, true), ("of one iteration", 1, 1, 20, 1, false, true),
    ].map { form, count, iterations, scale, power, counts, isInitialised in
        Case(operation: CapsuleRouting.name, form: "capsules \(form)") { b in
            let steps = try b.sequence("s", 4)
            let cut = try b.add(ClampLengths(maximum: 3), [Operand("lengths", steps.lengths)])
            var operands = [
                Operand("steps", try b.align(steps.values, steps.lengths, to: cut, "S:cut")), Operand("lengths", cut),
                Operand("history", steps.lengths),
            ]
            if isInitialised { operands.append(Operand("initial", try b.parameter("initial", shape: [3, count]))) }
            let routing = CapsuleRouting(
                capsules: count, iterations: iterations, scale: scale, power: power, countsHistory: counts)
            for (index, result) in try b.addAll(routing, operands).enumerated() {
                try b.output("y\(index)", result)
            }
        }
    }

    private static let codebooks: [Case] = ResidualQuantize.Distance.allCases.flatMap { distance in
        [(false, 0), (true, 0), (true, 3), (false, 5)].map { normalize, candidates in
            Case(
                operation: ResidualQuantize.name,
                form: "\(distance.rawValue)\(normalize ? ", normalised" : ""), \(candidates) candidates"
            ) { b in
                let books = try [40, 1, 5].enumerated().map { index, count in
                    Operand("codebook", try b.parameter("book\(index)", shape: [count, 4]))
                }
                let quantize = ResidualQuantize(distance: distance, normalize: normalize, candidates: candidates)
                let results = try b.addAll(quantize, [Operand("input", try b.rows("x", 4))] + books)
                for (index, result) in results.enumerated() { try b.output("y\(index)", result) }
            }
        }
    }
}
