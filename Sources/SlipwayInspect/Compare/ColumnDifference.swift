import SlipwayCore

/// Where a value stands: the row of the expected file, from 0, and its key where rows are matched by one.
public struct RowPlace: Sendable, CustomStringConvertible {
    public let row: Int
    public let key: String?
    let keyColumn: String?

    public var description: String {
        guard let key, let keyColumn else { return "row \(row)" }
        return "\(keyColumn) \(key)"
    }
}

/// How one column of the actual file differs from that of the expected one.
public struct ColumnDifference: Sendable {
    /// A difference and where it is.
    public struct Peak: Sendable {
        public let value: Double
        public let place: RowPlace
    }

    public let name: String
    public let expectedType: String
    public let actualType: String
    /// Rows that were compared.
    public internal(set) var rowCount = 0
    /// The largest |a − b|; nil when no numbers were compared.
    public internal(set) var largestAbsolute: Peak?
    /// The largest |a − b| / max(1, |a|), where a is the expected value.
    public internal(set) var largestRelative: Peak?
    /// Numbers that are NaN on one side only.
    public internal(set) var nanMismatches = 0
    /// Rows that differ in another way than by a small number: integers, text, nulls, lists of different length.
    public internal(set) var otherMismatches = 0
    /// The first mismatch of either sort, for people.
    public internal(set) var firstMismatch: String?

    init(name: String, expectedType: String, actualType: String) {
        self.name = name
        self.expectedType = expectedType
        self.actualType = actualType
    }

    public func isWithin(_ tolerance: Double) -> Bool {
        nanMismatches == 0 && otherMismatches == 0 && (largestRelative?.value ?? 0) <= tolerance
    }
}

extension ColumnDifference {
    /// Compares one row's values.
    ///
    /// - Parameter nullIsNaN: a null on one side equals NaN on the other, for CSV files, which write both as nothing.
    mutating func compare(
        _ expected: ComparedCell, _ actual: ComparedCell, nullIsNaN: Bool, at place: @autoclosure () -> RowPlace
    ) {
        rowCount += 1
        if expected == actual, expected.doubles == nil { return }
        switch Self.readable(expected, actual) {
        case (.integers(let a), .integers(let b)) where a.count == b.count:
            guard a != b else { return note(0, 0, at: place()) }
            compareIntegers(a, b, at: place())
        case (.null, let other), (let other, .null):
            guard nullIsNaN, other.doubles?.allSatisfy(\.isNaN) == true else {
                return mismatch("\(expected.summary) against \(actual.summary)", at: place())
            }
        case (let a, let b):
            guard let a = a.doubles, let b = b.doubles else {
                return mismatch("\(expected.summary) against \(actual.summary)", at: place())
            }
            guard a.count == b.count else {
                return mismatch("\(a.count) numbers against \(b.count)", at: place())
            }
            for (a, b) in zip(a, b) { compareNumbers(a, b, at: place()) }
        }
    }

    /// Text that stands for numbers as numbers. Two texts must both be lists for that: `007` and `7` are different names.
    private static func readable(_ expected: ComparedCell, _ actual: ComparedCell) -> (ComparedCell, ComparedCell) {
        if case .text(let a) = expected, case .text(let b) = actual {
            guard a.hasPrefix("["), b.hasPrefix("[") else { return (expected, actual) }
        }
        return (expected.parsed, actual.parsed)
    }

    /// Compares two numbers of one row.
    mutating func compareNumbers(_ a: Double, _ b: Double, at place: @autoclosure () -> RowPlace) {
        guard !a.isNaN, !b.isNaN else {
            guard a.isNaN != b.isNaN else { return }
            nanMismatches += 1
            if firstMismatch == nil { firstMismatch = "\(place()): \(a) against \(b)" }
            return
        }
        guard a != b else { return note(0, 0, at: place()) }
        let absolute = abs(a - b)
        let relative = absolute / max(1, abs(a))
        note(absolute, relative.isNaN ? .infinity : relative, at: place())
    }

    /// Integers are ids and codes: any difference is a mismatch.
    private mutating func compareIntegers(_ a: [Int64], _ b: [Int64], at place: RowPlace) {
        mismatch("\(ComparedCell.integers(a).summary) against \(ComparedCell.integers(b).summary)", at: place)
        for (a, b) in zip(a, b) where a != b {
            let absolute = max(1, abs(Double(a) - Double(b)))
            note(absolute, absolute / max(1, abs(Double(a))), at: place)
        }
    }

    private mutating func note(_ absolute: Double, _ relative: Double, at place: @autoclosure () -> RowPlace) {
        if absolute > largestAbsolute?.value ?? -1 { largestAbsolute = Peak(value: absolute, place: place()) }
        if relative > largestRelative?.value ?? -1 { largestRelative = Peak(value: relative, place: place()) }
    }

    private mutating func mismatch(_ text: String, at place: RowPlace) {
        otherMismatches += 1
        if firstMismatch == nil { firstMismatch = "\(place): \(text)" }
    }
}
