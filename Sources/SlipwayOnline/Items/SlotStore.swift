import SlipwayCore

/// Generated inputs of item features, kept a row an item, so that a request copies ranges instead of generating.
struct SlotStore: Sendable {
    private enum Kind: Sendable {
        /// The same number of elements for every item.
        case fixed(Int)
        /// As many as the ends say.
        case ragged
    }

    private struct Slot: Sendable {
        let kind: Kind
        let element: InputSlot.Element
        var buffer = InputBatch.Buffer()
        /// Elements up to and with each item.
        var ends: [Int] = []

        var sizeBytes: Int { SlotStore.sizeBytes(buffer) + ends.count * 8 }

        func range(_ row: Int) -> Range<Int> {
            switch kind {
            case .fixed(let width): return row * width..<(row + 1) * width
            case .ragged: return (row == 0 ? 0 : ends[row - 1])..<ends[row]
            }
        }
    }

    let slots: [InputSlot]
    private var stored: [Slot]
    private(set) var count = 0
    /// The slots of lengths and key lengths that say how many elements each slot's rows have.
    private let lengthSlots: [Int?]
    private let keyLengthSlots: [Int?]

    init(slots: [InputSlot]) {
        self.slots = slots
        func index(_ slot: InputSlot, _ suffix: String) -> Int? {
            let feature = slot.name.split(separator: ".").dropLast().joined(separator: ".")
            return slots.firstIndex { $0.name == "\(feature).\(suffix)" }
        }
        lengthSlots = slots.map { $0.name.hasSuffix(".lengths") ? nil : index($0, "lengths") }
        keyLengthSlots = slots.map {
            $0.name.hasSuffix(".lengths") || $0.name.hasSuffix(".key_lengths") ? nil : index($0, "key_lengths")
        }
        stored = []
        for (position, slot) in slots.enumerated() {
            stored.append(
                Slot(kind: lengthSlots[position] == nil ? .fixed(slot.width) : .ragged, element: slot.element))
        }
    }

    /// Bytes of the elements.
    static func sizeBytes(_ buffer: InputBatch.Buffer) -> Int {
        buffer.int64.count * 8 + buffer.int32.count * 4 + buffer.float.count * 4
    }

    var sizeBytes: Int { stored.reduce(0) { $0 + $1.sizeBytes } }

    /// Adds the rows of a batch made with `slots`. Rows `rows` of it, ascending, are kept; nil for all.
    mutating func append(_ inputs: InputBatch, rows: [Int]? = nil) throws {
        guard inputs.slots == slots else { throw SlipwayError(.internalFault, "other slots than the store's") }
        for position in slots.indices {
            let counts = try elementCounts(inputs, position)
            var start = 0
            var wanted = rows?.makeIterator()
            var next = wanted?.next()
            for (row, count) in counts.enumerated() {
                defer { start += count }
                if rows != nil {
                    guard next == row else { continue }
                    next = wanted?.next()
                }
                Self.append(
                    inputs.buffers[position], start..<start + count, slots[position].element, &stored[position].buffer)
                if case .ragged = stored[position].kind {
                    stored[position].ends.append((stored[position].ends.last ?? 0) + count)
                }
            }
        }
        count += rows?.count ?? inputs.rowCount
    }

    /// Elements of each row of a slot.
    private func elementCounts(_ inputs: InputBatch, _ position: Int) throws -> [Int] {
        let width = slots[position].width
        guard let lengthSlot = lengthSlots[position] else {
            return [Int](repeating: width, count: inputs.rowCount)
        }
        let lengths = inputs.buffers[lengthSlot].int32.map { Int($0) }
        guard lengths.count == inputs.rowCount else {
            throw SlipwayError(.internalFault, "input \(slots[lengthSlot].name) has \(lengths.count) rows")
        }
        guard let keySlot = keyLengthSlots[position] else { return lengths.map { $0 * width } }
        var keys = inputs.buffers[keySlot].int32.makeIterator()
        return lengths.map { steps in (0..<steps).reduce(0) { sum, _ in sum + Int(keys.next() ?? 0) } * width }
    }

    private static func append(
        _ source: InputBatch.Buffer, _ range: Range<Int>, _ element: InputSlot.Element,
        _ target: inout InputBatch.Buffer
    ) {
        switch element {
        case .int64: target.int64.append(contentsOf: source.int64[range])
        case .int32: target.int32.append(contentsOf: source.int32[range])
        case .float: target.float.append(contentsOf: source.float[range])
        }
    }

    /// Copies items into `inputs` in the order of `rows`, each a row of the store, or behind those one of `others`, which
    /// hold an item each.
    func gather(_ rows: [Int], others: [SlotStore?] = [], into inputs: inout InputBatch, at places: [Int]) {
        for (position, place) in places.enumerated() {
            let own = stored[position]
            for row in rows {
                guard row >= count else {
                    Self.append(own.buffer, own.range(row), own.element, &inputs.buffers[place])
                    continue
                }
                guard let slot = others[row - count]?.stored[position] else { continue }
                Self.append(slot.buffer, slot.range(0), slot.element, &inputs.buffers[place])
            }
        }
    }
}
