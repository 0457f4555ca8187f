import SlipwayCore

/// Columns of every type with ordinary, odd and hostile values.
enum RandomColumn {
    static func make(rows: Int, _ random: inout SplitMix) -> Column {
        let kind = random.next() % 14
        switch kind {
        case 0...4: return .string((0..<rows).map { _ in random.next() % 6 == 0 ? nil : text(&random) })
        case 5...8: return scalar(kind, rows, &random)
        case 9, 10:
            let lengths = lengths(rows, &random)
            return .list(lengths: lengths, child: scalarOrText(total(lengths), &random))
        case 11:
            let outer = lengths(rows, &random)
            let inner = lengths(total(outer), &random)
            return .list(lengths: outer, child: .list(lengths: inner, child: scalarOrText(total(inner), &random)))
        default:
            let lengths = lengths(rows, &random)
            let count = total(lengths)
            return .map(lengths: lengths, keys: scalarOrText(count, &random), values: scalarOrText(count, &random))
        }
    }

    private static func lengths(_ rows: Int, _ random: inout SplitMix) -> [Int?] {
        (0..<rows).map { _ in random.next() % 5 == 0 ? nil : Int(random.next() % 4) }
    }

    private static func total(_ lengths: [Int?]) -> Int { lengths.reduce(0) { $0 + ($1 ?? 0) } }

    private static func scalarOrText(_ count: Int, _ random: inout SplitMix) -> Column {
        let kind = random.next() % 9
        if kind < 5 { return .string((0..<count).map { _ in random.next() % 8 == 0 ? nil : text(&random) }) }
        return scalar(kind, count, &random)
    }

    private static func scalar(_ kind: UInt64, _ count: Int, _ random: inout SplitMix) -> Column {
        func isNull() -> Bool { random.next() % 6 == 0 }
        switch kind {
        case 5: return .int64((0..<count).map { _ in isNull() ? nil : integer(&random) })
        case 6: return .int32((0..<count).map { _ in isNull() ? nil : Int32(truncatingIfNeeded: integer(&random)) })
        case 7: return .float((0..<count).map { _ in isNull() ? nil : Float(number(&random)) })
        default: return .double((0..<count).map { _ in isNull() ? nil : number(&random) })
        }
    }

    private static func integer(_ random: inout SplitMix) -> Int64 {
        switch random.next() % 6 {
        case 0: return .max
        case 1: return .min
        case 2: return -Int64(random.next() % 100)
        default: return Int64(random.next() % 200)
        }
    }

    private static func number(_ random: inout SplitMix) -> Double {
        switch random.next() % 8 {
        case 0: return .nan
        case 1: return .infinity
        case 2: return -.greatestFiniteMagnitude
        case 3: return .leastNonzeroMagnitude
        case 4: return Double(bitPattern: random.next())
        default: return Double(Int64(random.next() % 2000) - 1000) / 8
        }
    }

    private static let pieces = [
        "a", "b", "1", "2", "-7", "0.5", "1e999", "nan", "inf", "true", "裙子", "\u{1d}", "\u{1d}", ";", ";", ",", "|",
        ":", ":", "^",
        "=", " ", "", "\0", "é", "e\u{301}", "👗", "\\", "\"", "9223372036854775808", "-", ".", "0x1p4", "\u{feff}",
        "\u{3}",
    ]

    private static func text(_ random: inout SplitMix) -> String {
        (0..<Int(random.next() % 9)).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
    }
}
