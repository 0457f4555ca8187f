import Foundation
import SlipwayCore
import SlipwayGraph
import Testing

/// Ops that turn positions, times and actions into vectors.
@Suite struct EncodingTests {
    private let buckets = TimePositionEncoding(scale: 1, prefix: 0, function: .sqrt, increment: 60)

    /// √(240 / 60) = 2; the future and NaN fall into bucket 0, long ago into the last.
    @Test func bucketsOfTime() {
        #expect(buckets.bucket(760, anchor: 1000, buckets: 5) == 2)
        #expect(buckets.bucket(2000, anchor: 1000, buckets: 5) == 0)
        #expect(buckets.bucket(0, anchor: 1e9, buckets: 5) == 5)
        #expect(buckets.bucket(.nan, anchor: 1000, buckets: 5) == 0)
        let log = TimePositionEncoding(scale: 1, prefix: 0, function: .log, increment: 1)
        // ln 21 = 3.04
        #expect(log.bucket(0, anchor: 21, buckets: 10) == 3)
        #expect(log.bucket(0, anchor: 0.5, buckets: 10) == 0)
    }

    @Test func positionsCountBackFromTheTargets() {
        let encoding = TimePositionEncoding(scale: 1, prefix: 2, function: .sqrt, increment: 60)
        // A prefix of 2, a history of 3, then targets: own positions, 3 + 2 - …, and 2 for every target.
        #expect((0..<7).map { encoding.position($0, history: 5, positions: 10) } == [0, 1, 5, 4, 3, 2, 2])
        #expect((0..<7).map { encoding.position($0, history: 5, positions: 4) } == [0, 1, 3, 3, 3, 2, 2])
    }

    @Test func bitsOfActions() {
        let encoding = ActionEmbedding(thresholds: [30, 60], weights: [8, 16])
        #expect(encoding.bits(3, watchTime: 29) == 3)
        #expect(encoding.bits(3, watchTime: 30) == 11)
        #expect(encoding.bits(2, watchTime: 60) == 26)
        #expect(encoding.bits(.nan, watchTime: nil) == 0)
        #expect(encoding.bits(1e30, watchTime: nil) == 0)
        #expect(encoding.bits(2.9, watchTime: nil) == 2)
    }

    /// Hour 5 of a day: 5 / 24 · 6.28; and 3 days before the epoch is weekday 4 of 7 counted from there.
    @Test func anglesOfTime() {
        #expect(abs(TimePeriods.angle(86400 + 5 * 3600 + 10, unit: 3600, count: 24) - 5 / 24 * 6.28) < 1e-6)
        #expect(abs(TimePeriods.angle(-3 * 86400, unit: 86400, count: 7) - 4 / 7 * 6.28) < 1e-6)
    }
}

extension OperationCase {
    private static let steps: [(role: String, type: ValueType, value: Tensor)] = [
        ("values", f32("S", 1), floats([3, 1], [1, 2, 3])), ("lengths", i32("B"), ints([2], [3, 0])),
        ("tail", i32("B"), ints([2], [1, 0])),
    ]

    private static func types(_ overrides: [String: ValueType], timed: Bool) -> [(role: String, type: ValueType)] {
        var types: [(role: String, type: ValueType)] = [
            ("values", f32("S", 1)), ("lengths", i32("B")), ("tail", i32("B")),
        ]
        if timed {
            types += [("positions", f32(3, 1)), ("times", f32(3, 1)), ("timestamps", f32("S", 1))]
            if let anchor = overrides["anchor"] { types.append(("anchor", anchor)) }
        } else {
            types.append(("table", f32(3, 1)))
        }
        return types.map { ($0.role, overrides[$0.role] ?? $0.type) }
    }

    static let positionEncoding = OperationCase(
        examples: [
            // Positions 0, 1 and min(2, 3 − 1): the target stands where the history ends.
            Example(
                PositionEncoding(scale: 2), steps + [("table", f32(3, 1), floats([3, 1], [10, 20, 30]))],
                gives: f32("S", 1), floats([3, 1], [12, 24, 36])),
            Example(
                PositionEncoding(scale: 1), steps + [("table", f32(2, 1), floats([2, 1], [10, 20]))],
                gives: f32("S", 1), floats([3, 1], [11, 22, 23])),
        ],
        violations: [
            Violation(1, PositionEncoding(scale: 1), types(["values": f32("S")], timed: false)),
            Violation(2, PositionEncoding(scale: 1), types(["lengths": i64("B")], timed: false)),
            Violation(3, PositionEncoding(scale: 1), types(["tail": i32("U")], timed: false)),
            Violation(4, PositionEncoding(scale: 1), types(["table": f32(3, 2)], timed: false)),
        ])

    private static let timed = TimePositionEncoding(scale: 2, prefix: 1, function: .sqrt, increment: 60)

    static let timePositionEncoding = OperationCase(
        examples: [
            // Positions 0 (prefix), 2 − 1 + 1 = 2 and 1; √(240 / 60) = 2, √(60 / 60) = 1 and 0 buckets ago.
            Example(
                timed,
                steps + [
                    ("positions", f32(4, 1), floats([4, 1], [0.1, 0.2, 0.3, 0.4])),
                    ("times", f32(5, 1), floats([5, 1], [10, 20, 30, 40, 50])),
                    ("timestamps", f32("S", 1), floats([3, 1], [760, 940, 1000])),
                ], gives: f32("S", 1), floats([3, 1], [32.1, 24.3, 16.2])),
            Example(
                timed,
                steps + [
                    ("positions", f32(2, 1), floats([2, 1], [0.1, 0.2])),
                    ("times", f32(2, 1), floats([2, 1], [10, 20])),
                    ("timestamps", f32("S", 1), floats([3, 1], [760, 940, 1000])),
                    ("anchor", f32("B", 1), floats([2, 1], [1060, 0])),
                ], gives: f32("S", 1), floats([3, 1], [22.1, 24.2, 26.2])),
        ],
        violations: [
            Violation(1, timed, types(["values": f32("S")], timed: true)),
            Violation(2, timed, types(["lengths": i64("B")], timed: true)),
            Violation(3, timed, types(["tail": i32("U")], timed: true)),
            Violation(4, timed, types(["positions": f32(1, 1)], timed: true)),
            Violation(5, timed, types(["times": f32(1, 1)], timed: true)),
            Violation(6, timed, types(["timestamps": f32("T", 1)], timed: true)),
            Violation(7, timed, types(["anchor": f32("B", 2)], timed: true)),
            Violation(
                8, TimePositionEncoding(scale: 1, prefix: 0, function: .log, increment: 0), types([:], timed: true)),
        ])

    private static let table: [(role: String, type: ValueType, value: Tensor)] = [
        ("masks", i64(2), ints([2], [1, 6])), ("table", f32(2, 2), floats([2, 2], [1, 2, 3, 4])),
    ]

    static let actionEmbedding = OperationCase(
        examples: [
            Example(
                ActionEmbedding(),
                [("actions", f32("S", 1), floats([4, 1], [0, 1, 2, 5]))] + table, gives: f32("S", 4),
                floats([4, 4], [0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 3, 4, 1, 2, 3, 4])),
            Example(
                ActionEmbedding(thresholds: [10], weights: [4]),
                [
                    ("actions", f32("S", 1), floats([2, 1], [1, 1])),
                    ("watch_times", f32("S", 1), floats([2, 1], [9, 10])),
                ] + table, gives: f32("S", 4), floats([2, 4], [1, 2, 0, 0, 1, 2, 3, 4])),
        ],
        violations: [
            Violation(
                1, ActionEmbedding(), [("actions", f32("S", 2)), ("masks", i64(1)), ("table", f32(1, 2))]),
            Violation(
                2, ActionEmbedding(thresholds: [1], weights: [2]),
                [("actions", f32("S", 1)), ("masks", i64(1)), ("table", f32(1, 2))]),
            Violation(3, ActionEmbedding(), [("actions", f32("S", 1)), ("masks", i32(1)), ("table", f32(1, 2))]),
            Violation(4, ActionEmbedding(), [("actions", f32("S", 1)), ("masks", i64(2)), ("table", f32(1, 2))]),
            Violation(
                5, ActionEmbedding(thresholds: [1], weights: []),
                [
                    ("actions", f32("S", 1)), ("watch_times", f32("S", 1)), ("masks", i64(1)), ("table", f32(1, 2)),
                ]),
        ])

    static let timePeriods = OperationCase(
        examples: [
            // A quarter and three quarters of a period of 4 hours at 6.28: cos 1.57 = 0.000796327, sin 1.57 = 0.999999683,
            // cos 4.71 = −0.002388978, sin 4.71 = −0.999997146. The second period has one unit: angle 0.
            Example(
                TimePeriods(),
                [
                    ("timestamps", f32("S", 1), floats([2, 1], [3600 + 5, 7 * 3600])),
                    ("units", f32(1, 2), floats([1, 2], [3600, 60])), ("counts", f32(1, 2), floats([1, 2], [4, 1])),
                ], gives: f32("S", 4),
                floats(
                    [2, 4],
                    [0.000796327, 0.999999683, 1, 0, -0.002388978, -0.999997146, 1, 0]))
        ],
        violations: [
            Violation(1, TimePeriods(), [("timestamps", f32("S", 2)), ("units", f32(1, 1)), ("counts", f32(1, 1))]),
            Violation(2, TimePeriods(), [("timestamps", f32("S", 1)), ("units", f32(2, 1)), ("counts", f32(2, 1))]),
            Violation(3, TimePeriods(), [("timestamps", f32("S", 1)), ("units", f32(1, 1)), ("counts", f32(1, 2))]),
        ])
}
