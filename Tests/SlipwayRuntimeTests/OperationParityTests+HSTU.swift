import SlipwayCore
import SlipwayGraph
import SlipwayGraphFixtures

@testable import SlipwayRuntime

extension OperationParityTests {
    /// Ops of HSTU's sequences; tails are the first step of each row, where there is one, or none.
    static let hstu: [Case] =
        attentions + [
            Case(operation: JaggedConcat.name, form: "two sequences, into a linear layer") { b in
                let left = try b.sequence("s", 3)
                let right = try b.sequence("t", 3)
                let joined = try b.joined(left, right)
                try b.output("y", try b.linear("l", joined.values, 4))
                try b.output("lengths", joined.lengths)
            },
            Case(operation: JaggedPrepend.name, form: "rows and zeros") { b in
                let steps = try b.sequence("s", 3)
                let prefix = try b.apply(Reshape(tail: [2, 3]), try b.rows("p", 6))
                let operands = [Operand("values", steps.values), Operand("lengths", steps.lengths)]
                let rows = try b.addAll(
                    JaggedPrepend(steps: 2, symbol: "S:p"), operands + [Operand("prefix", prefix)])
                let zeros = try b.addAll(JaggedPrepend(steps: 2, symbol: "S:p"), operands)
                try b.output("y", try b.binary(.add, rows[0], zeros[0]))
                try b.output("lengths", rows[1])
            },
            Case(operation: JaggedTail.name, form: "of a joined sequence, strided") { b in
                let left = try b.sequence("s", 6)
                let right = try b.sequence("t", 6)
                let joined = try b.joined(left, right)
                let some = try b.apply(Slice(axis: 1, start: 1, end: 4), joined.values)
                try b.output(
                    "y",
                    try b.add(
                        JaggedTail(symbol: "S:t"),
                        [
                            Operand("values", some), Operand("lengths", joined.lengths), Operand("tail", right.lengths),
                        ]))
            },
            Case(operation: JaggedTruncate.name, form: "limits of 0, 1 and many") { b in
                let left = try b.sequence("s", 3)
                let right = try b.sequence("t", 3)
                let joined = try b.joined(left, right)
                for limit in [0, 1, 100] {
                    let results = try b.addAll(
                        JaggedTruncate(prefix: 0, limit: limit, symbol: "S:cut\(limit)"),
                        [
                            Operand("values", joined.values), Operand("lengths", joined.lengths),
                            Operand("tail", right.lengths),
                        ])
                    try b.output("y\(limit)", results[0])
                    try b.output("lengths\(limit)", results[1])
                }
            },
            Case(operation: JaggedInterleave.name, form: "with targets") { b in
                let left = try b.sequence("s", 3)
                let right = try b.sequence("t", 3)
                let joined = try b.joined(left, right)
                let results = try b.addAll(
                    JaggedInterleave(symbol: "S:turns"),
                    [
                        Operand("a", joined.values), Operand("b", try b.apply(Affine(scale: 2), joined.values)),
                        Operand("lengths", joined.lengths), Operand("tail", right.lengths),
                    ])
                try b.output("y", results[0])
                try b.output("lengths", results[1])
            },
            Case(operation: JaggedReverse.name, form: "rows") { b in
                let steps = try b.sequence("s", 3)
                try b.output(
                    "y",
                    try b.add(JaggedReverse(), [Operand("values", steps.values), Operand("lengths", steps.lengths)]))
            },
            Case(operation: JaggedMatmul.name, form: "a matrix a row") { b in
                let steps = try b.sequence("s", 3)
                let weights = try b.apply(Reshape(tail: [3, 5]), try b.rows("w", 15))
                try b.output(
                    "y",
                    try b.add(
                        JaggedMatmul(),
                        [
                            Operand("values", steps.values), Operand("lengths", steps.lengths),
                            Operand("weights", weights),
                        ]))
            },
            Case(operation: RowExpand.name, form: "beside steps") { b in
                let steps = try b.sequence("s", 3)
                let row = try b.parameter("row", shape: [1, 4])
                let rows = try b.add(RowExpand(), [Operand("row", row), Operand("like", steps.values)])
                try b.output("y", try b.concat([steps.values, rows]))
            },
            Case(operation: PositionEncoding.name, form: "few and many positions") { b in
                let steps = try b.sequence("s", 3)
                let tail = try b.firstSteps(steps.lengths)
                for count in [2, 40] {
                    let table = try b.parameter("table\(count)", shape: [count, 3])
                    try b.output(
                        "y\(count)",
                        try b.add(
                            PositionEncoding(scale: 1.5),
                            [
                                Operand("values", steps.values), Operand("lengths", steps.lengths),
                                Operand("tail", tail), Operand("table", table),
                            ]))
                }
            },
            Case(operation: TimePositionEncoding.name, form: "with and without an anchor") { b in
                let steps = try b.sequence("s", 3)
                let tail = try b.firstSteps(steps.lengths)
                let stamps = try b.apply(
                    Affine(scale: 300), try b.apply(Slice(axis: 1, start: 0, end: 1), steps.values))
                var operands = [
                    Operand("values", steps.values), Operand("lengths", steps.lengths), Operand("tail", tail),
                    Operand("positions", try b.parameter("positions", shape: [9, 3])),
                    Operand("times", try b.parameter("times", shape: [6, 3])), Operand("timestamps", stamps),
                ]
                let encoding = TimePositionEncoding(scale: 1.5, prefix: 1, function: .sqrt, increment: 30)
                try b.output("last", try b.add(encoding, operands))
                operands.append(Operand("anchor", try b.apply(Affine(scale: 300), try b.rows("now", 1))))
                try b.output("own", try b.add(encoding, operands))
            },
            Case(operation: ActionEmbedding.name, form: "with watch times") { b in
                let steps = try b.sequence("s", 2)
                let numbers = try b.apply(Affine(scale: 8), try b.apply(Unary(.abs), steps.values))
                let masks = try b.parameter("masks", shape: [3], dtype: .i64)
                let table = try b.parameter("table", shape: [3, 2])
                try b.output(
                    "y",
                    try b.add(
                        ActionEmbedding(thresholds: [2, 4], weights: [2, 4]),
                        [
                            Operand("actions", try b.apply(Slice(axis: 1, start: 0, end: 1), numbers)),
                            Operand("watch_times", try b.apply(Slice(axis: 1, start: 1, end: 2), numbers)),
                            Operand("masks", masks), Operand("table", table),
                        ]))
            },
            Case(operation: TimePeriods.name, form: "two periods") { b in
                let steps = try b.sequence("s", 1)
                let times = try b.apply(Affine(scale: 5000), steps.values)
                let units = try b.apply(
                    Affine(scale: 1, shift: 600), try b.apply(Unary(.abs), try b.parameter("units", shape: [1, 2])))
                let counts = try b.apply(
                    Affine(scale: 1, shift: 7), try b.apply(Unary(.abs), try b.parameter("counts", shape: [1, 2])))
                try b.output(
                    "y",
                    try b.add(
                        TimePeriods(),
                        [Operand("timestamps", times), Operand("units", units), Operand("counts", counts)]))
            },
        ]

    private static let masks: [(form: String, operation: HSTUAttention)] = [
        ("plain", HSTUAttention(heads: 2, alpha: 0.7, scaling: 9)),
        ("prefix", HSTUAttention(heads: 1, alpha: 0.7, scaling: 9, prefix: 2)),
        ("window", HSTUAttention(heads: 2, alpha: 0.7, scaling: 9, window: 2)),
        ("prefix and window", HSTUAttention(heads: 2, alpha: 0.7, scaling: 9, prefix: 1, window: 1)),
        ("local", HSTUAttention(heads: 2, alpha: 0.7, scaling: 9, local: 2)),
        ("global", HSTUAttention(heads: 2, alpha: 0.7, scaling: 9, global: 1)),
        ("prefix, local and global", HSTUAttention(heads: 2, alpha: 0.7, scaling: 9, prefix: 2, local: 1, global: 3)),
    ]

    private static let attentions = masks.map { form, operation in
        Case(operation: HSTUAttention.name, form: form) { b in
            let left = try b.sequence("s", 4)
            let right = try b.sequence("t", 4)
            let prefix = operation.prefix
            var joined = try b.joined(left, right)
            if prefix > 0 {
                let results = try b.addAll(
                    JaggedPrepend(steps: prefix, symbol: "S:all"),
                    [
                        Operand("values", joined.values), Operand("lengths", joined.lengths),
                        Operand("prefix", try b.apply(Reshape(tail: [prefix, 4]), try b.rows("p", 4 * prefix))),
                    ])
                joined = (results[0], results[1])
            }
            let wide = try b.linear("l", joined.values, 14)
            let parts = [("query", 0..<4), ("key", 4..<8), ("value", 8..<14)]
            let operands = try parts.map { role, range in
                Operand(role, try b.apply(Slice(axis: 1, start: range.lowerBound, end: range.upperBound), wide))
            }
            try b.output(
                "y",
                try b.add(
                    operation, operands + [Operand("lengths", joined.lengths), Operand("tail", right.lengths)]))
        }
    }
}

extension GraphBuilder {
    /// The steps of `left`, then those of `right`, row by row.
    fileprivate mutating func joined(
        _ left: (values: ValueID, lengths: ValueID), _ right: (values: ValueID, lengths: ValueID)
    ) throws -> (values: ValueID, lengths: ValueID) {
        let results = try addAll(
            JaggedConcat(symbol: "S:joined"),
            [
                Operand("left", left.values), Operand("left_lengths", left.lengths), Operand("right", right.values),
                Operand("right_lengths", right.lengths),
            ])
        return (results[0], results[1])
    }

    /// 1 for each row that has a step.
    fileprivate mutating func firstSteps(_ lengths: ValueID) throws -> ValueID {
        try add(ClampLengths(maximum: 1), [Operand("lengths", lengths)])
    }
}
