package import SlipwayCore
package import SlipwayGraph

/// Made-up rows that suit a graph, the same for the same seed: row 0 is empty throughout, row 1 holds first ids, row 2 long
/// lists of last ids, row 3 large dense values; the others are random, with empty lists among them.
package struct GeneratedRows: ReplayRows {
    package let slots: [InputSlot]
    private let features: [GeneratedFeature]
    private let limit: Int
    private let batchSize: Int
    private var numbers: SeededNumbers
    private var made: Int
    private let candidates: Int?

    private static let longList = 40
    /// Candidates of a request at most, where user inputs are single.
    private static let mostCandidates = 4
    private static let largeValue: Float = 16

    /// - Parameters:
    ///   - dense: the model's dense weights, which may hold the raw ids it knows.
    ///   - first: the row to begin with; from row 4 on all are random.
    ///   - candidates: candidates of every request, where user inputs are single; random when nil.
    package init(
        _ graph: Graph, dense: [String: Tensor], seed: UInt64, limit: Int, batchSize: Int, first: Int = 0,
        candidates: Int? = nil
    ) throws {
        made = first
        self.candidates = candidates
        slots = try graph.inputs.map { input in
            let type = graph.type(input.value)
            let element: InputSlot.Element
            switch type.dtype {
            case .i64: element = .int64
            case .i32: element = .int32
            case .f32: element = .float
            default:
                throw SlipwayError(
                    .unsupported, "no rows can be made up for input \(input.name) of type \(type)",
                    fix: "pass --data with rows of this model")
            }
            return InputSlot(
                name: input.name, element: element, width: type.dimensions.dropFirst().compactMap(\.size).reduce(1, *))
        }
        features = try GeneratedFeature.all(graph, slots: slots, dense: dense)
        self.limit = first + limit
        self.batchSize = batchSize
        numbers = SeededNumbers(seed: seed)
    }

    package var total: Int? { limit }

    package mutating func next(into inputs: inout InputBatch) throws -> Bool {
        guard made < limit else { return false }
        inputs.removeAll()
        let end = min(made + batchSize, limit)
        let counts = inputs.index(of: GeneratedFeature.candidates)
        while made < end {
            // Without user inputs of their own, every candidate is a request.
            let candidates =
                counts == nil ? 1 : min(self.candidates ?? 1 + numbers.below(Self.mostCandidates), end - made)
            if let counts { inputs.buffers[counts].int32.append(Int32(candidates)) }
            add(features.filter { $0.isUserSide || counts == nil }, row: made, to: &inputs)
            if counts != nil {
                for row in made..<(made + candidates) {
                    add(features.filter { !$0.isUserSide }, row: row, to: &inputs)
                }
            }
            made += candidates
            inputs.rowCount += candidates
        }
        return true
    }

    /// Adds one row of `features`.
    private mutating func add(_ features: [GeneratedFeature], row: Int, to inputs: inout InputBatch) {
        var lengths: [String: Int] = [:]
        for feature in features {
            let length = lengths[feature.group] ?? length(row)
            lengths[feature.group] = length
            add(feature, row: row, length: length, to: &inputs)
        }
    }

    private mutating func length(_ row: Int) -> Int {
        switch row {
        case 0: return 0
        case 1: return 1
        case 2: return Self.longList
        default: return numbers.below(6) == 0 ? 0 : 1 + numbers.below(8)
        }
    }

    private mutating func add(_ feature: GeneratedFeature, row: Int, length: Int, to inputs: inout InputBatch) {
        let steps = feature.lengths == nil ? 1 : length
        if let lengths = feature.lengths { inputs.buffers[lengths].int32.append(Int32(steps)) }
        guard feature.values >= 0 else { return }
        for _ in 0..<steps {
            guard feature.isSparse else {
                for _ in 0..<feature.width { inputs.buffers[feature.values].float.append(value(row)) }
                continue
            }
            var count = 1
            if let keyLengths = feature.keyLengths {
                count = row == 2 ? 3 : numbers.below(4)
                inputs.buffers[keyLengths].int32.append(Int32(count))
            }
            for _ in 0..<count {
                inputs.buffers[feature.values].int64.append(id(feature, row))
                if let weights = feature.weights { inputs.buffers[weights].float.append(abs(value(row))) }
            }
        }
    }

    private mutating func id(_ feature: GeneratedFeature, _ row: Int) -> Int64 {
        if !feature.knownIDs.isEmpty {
            // One in four is an id that the model does not know.
            let place = numbers.below(feature.knownIDs.count), isKnown = numbers.below(4) > 0
            return isKnown ? feature.knownIDs[place] : Int64(truncatingIfNeeded: numbers.next() >> 1)
        }
        let rows = feature.rowCount ?? 2
        switch row {
        case 1: return 0
        case 2: return Int64(max(rows - 1, 0))
        default: return Int64(numbers.below(rows))
        }
    }

    private mutating func value(_ row: Int) -> Float {
        switch row {
        case 0: return 0
        case 3: return numbers.below(2) == 0 ? Self.largeValue : -Self.largeValue
        default: return 2 * numbers.unit()
        }
    }
}
