import SlipwayCore
import SlipwayGraph

/// Which slot of a batch each input of a graph is read from.
struct InputBinding: Sendable {
    struct Entry: Sendable {
        let name: String
        let value: Int
        let slot: Int
        let element: InputSlot.Element
        let width: Int
        /// True when dimension 0 is B.
        let isPerRow: Bool
    }

    let slots: [InputSlot]
    let entries: [Entry]

    /// Throws `notFound` for an input without a slot, `mismatch` for a slot of another type or width.
    init(_ graph: Graph, slots: [InputSlot]) throws {
        var index: [String: Int] = [:]
        for (position, slot) in slots.enumerated() {
            guard index.updateValue(position, forKey: slot.name) == nil else {
                throw SlipwayError(.mismatch, "two inputs are called \(slot.name)")
            }
        }
        self.slots = slots
        entries = try graph.inputs.map { input in
            guard let position = index[input.name] else {
                throw SlipwayError(
                    .notFound, "input \(input.name) of the model is not among the \(slots.count) inputs given",
                    fix: "generate the features with the package's own pipeline.config")
            }
            return try Self.entry(input.name, graph.type(input.value), input.value.index, slots[position], position)
        }
    }

    private static func entry(
        _ name: String, _ type: ValueType, _ value: Int, _ slot: InputSlot, _ position: Int
    ) throws -> Entry {
        let element: InputSlot.Element
        switch type.dtype {
        case .f32: element = .float
        case .i64: element = .int64
        case .i32: element = .int32
        default: throw SlipwayError(.unsupported, "input \(name) has the type \(type)")
        }
        let tail = type.dimensions.dropFirst().map(\.size)
        let width = tail.compactMap { $0 }.reduce(1, &*)
        guard type.rank >= 1, !tail.contains(nil) else {
            throw SlipwayError(.unsupported, "input \(name) has the type \(type)")
        }
        guard slot.element == element, slot.width == width else {
            throw SlipwayError(
                .mismatch, "input \(name) is given as \(slot.element) of width \(slot.width); the model reads \(type)")
        }
        return Entry(
            name: name, value: value, slot: position, element: element, width: width,
            isPerRow: type.dimensions[0] == .batch)
    }
}
