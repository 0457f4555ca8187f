import Foundation
import SlipwayCore

/// The state of one run: where every value lies, the sizes of the symbols, and the arena.
final class RunFrame {
    let layout: PlanLayout
    let values: UnsafeMutablePointer<RunValue>
    /// By symbol; -1 is not known yet.
    let symbolSizes: UnsafeMutablePointer<Int>
    /// Bad ids that were mapped, by counter of the plan.
    let mapped: UnsafeMutablePointer<Int>
    private let placeholder: UnsafeMutableRawPointer
    private var arena = Arena()

    init(_ layout: PlanLayout) {
        self.layout = layout
        placeholder = .allocate(byteCount: 64, alignment: 64)
        values = .allocate(capacity: max(layout.values.count, 1))
        symbolSizes = .allocate(capacity: max(layout.symbols.count, 1))
        mapped = .allocate(capacity: max(layout.counters.count, 1))
        values.initialize(
            repeating: RunValue(base: placeholder, stride: 0, shape: Shape(rank: 0)), count: max(layout.values.count, 1)
        )
        symbolSizes.initialize(repeating: -1, count: max(layout.symbols.count, 1))
        mapped.initialize(repeating: 0, count: max(layout.counters.count, 1))
        for (index, value) in layout.values.enumerated() {
            guard case .constant(let base) = value.storage else { continue }
            let shape = Shape(value.dimensions.map { $0.size ?? 0 })
            values[index] = RunValue(base: base, stride: shape.inner, shape: shape, isDefined: true)
        }
    }

    deinit {
        values.deinitialize(count: max(layout.values.count, 1))
        values.deallocate()
        symbolSizes.deallocate()
        mapped.deallocate()
        placeholder.deallocate()
    }

    /// Bytes of working memory held between runs.
    var capacity: Int { arena.capacity }

    /// Forgets the last run; B is `rowCount` in this one.
    func begin(rowCount: Int) throws {
        for index in layout.values.indices where !layout.values[index].isConstant {
            values[index].isDefined = false
            values[index].ownedBytes = 0
        }
        symbolSizes.update(repeating: -1, count: layout.symbols.count)
        mapped.update(repeating: 0, count: layout.counters.count)
        if let batch = layout.batchSymbol { symbolSizes[batch] = rowCount }
        try arena.reset()
    }

    subscript(value: Int) -> RunValue { values[value] }

    // MARK: Sizes

    /// Gives dimension `axis` of `value` its size. Throws `mismatch` when it has another one already.
    func setSize(_ value: Int, axis: Int, _ size: Int) throws {
        switch layout.values[value].dimensions[axis] {
        case .fixed(let known):
            guard known == size else { throw disagreement(value, axis, known, size) }
        case .symbol(let symbol):
            let known = symbolSizes[symbol]
            if known < 0 { symbolSizes[symbol] = size }
            guard symbolSizes[symbol] == size else { throw disagreement(value, axis, known, size) }
        }
    }

    /// The sizes of the symbols known in this run.
    var sizesByName: [String: Int] {
        Dictionary(
            layout.symbols.indices.filter { symbolSizes[$0] >= 0 }.map { (layout.symbols[$0], symbolSizes[$0]) },
            uniquingKeysWith: { first, _ in first })
    }

    private func disagreement(_ value: Int, _ axis: Int, _ known: Int, _ size: Int) -> SlipwayError {
        let planned = layout.values[value]
        let name = planned.dimensions[axis].symbol.map { layout.symbols[$0] } ?? "dimension \(axis)"
        return SlipwayError(
            .mismatch, "\(planned.name): \(name) is \(size), but \(known) elsewhere",
            fix: "check that all inputs belong to the same rows")
    }

    /// The shape of `value` in this run. Throws `internalFault` when a symbol is not known yet.
    func shape(_ value: Int) throws -> Shape {
        let planned = layout.values[value]
        var shape = Shape(rank: planned.dimensions.count)
        for axis in planned.dimensions.indices {
            switch planned.dimensions[axis] {
            case .fixed(let size): shape[axis] = size
            case .symbol(let symbol):
                guard symbolSizes[symbol] >= 0 else {
                    throw SlipwayError(
                        .internalFault, "\(planned.name): the size of \(layout.symbols[symbol]) is not known yet")
                }
                shape[axis] = symbolSizes[symbol]
            }
        }
        return shape
    }

    // MARK: Places

    /// Gives `value` its place: in its own block, or in the value it is a part of. Does nothing when it has one.
    func define(_ value: Int) throws {
        guard !values[value].isDefined else { return }
        let shape = try shape(value)
        guard let bytes = shape.byteCount(elementBytes: layout.values[value].elementBytes), bytes <= Int.max / 8 else {
            throw SlipwayError(
                .outOfRange, "\(layout.values[value].name) would have the shape \(shape.list)",
                fix: "use a smaller batch size")
        }
        if case .part(let whole, let offset) = layout.values[value].storage {
            // The first part that is made says how many rows the whole has; their symbols may differ.
            if !values[whole].isDefined { try setSize(whole, axis: 0, shape.rows) }
            try define(whole)
            guard values[whole].shape.rows == shape.rows else {
                throw disagreement(whole, 0, values[whole].shape.rows, shape.rows)
            }
            values[value] = RunValue(
                base: values[whole].base + offset * layout.values[value].elementBytes, stride: values[whole].stride,
                shape: shape, isDefined: true)
            return
        }
        let base = bytes == 0 ? placeholder : try arena.allocate(bytes)
        values[value] = RunValue(base: base, stride: shape.inner, shape: shape, ownedBytes: bytes, isDefined: true)
    }

    /// Lays `value` over `source`, `offset` elements into it, without copying. Dimension 0 keeps the source's stride.
    func alias(_ value: Int, of source: Int, offset: Int = 0) throws {
        values[value] = RunValue(
            base: values[source].base + offset * layout.values[value].elementBytes, stride: values[source].stride,
            shape: try shape(value), isDefined: true)
    }

    /// Points `value` at memory that outlives the run's steps.
    func bind(_ value: Int, _ base: UnsafeRawPointer?) throws {
        let shape = try shape(value)
        values[value] = RunValue(
            base: UnsafeMutableRawPointer(mutating: base) ?? placeholder, stride: shape.inner, shape: shape,
            isDefined: true)
    }

    /// Gives back the block of `value`, if it has one.
    func release(_ value: Int) {
        let bytes = values[value].ownedBytes
        guard bytes > 0 else { return }
        values[value].ownedBytes = 0
        arena.release(values[value].base, bytes)
    }

    /// A block for the inside of one step.
    func withScratch<T>(_ bytes: Int, _ body: (UnsafeMutableRawPointer) throws -> T) throws -> T {
        let memory = try arena.allocate(bytes)
        defer { arena.release(memory, bytes) }
        return try body(memory)
    }
}
