/// Memory of a region's values: slots of so many bytes a row of some symbol, used again when a value is dead.
public struct ArenaSlots: Sendable {
    public struct Slot: Sendable, Equatable {
        /// The symbol that counts its rows; nil for one row.
        public let symbol: Int?
        public var rowBytes: Int
    }

    public private(set) var slots: [Slot] = []
    private var free: Set<Int> = []

    public init() {}

    /// A slot for rows of `rowBytes`: a free one of the same symbol that is nearest in size, made larger if need be, or a new
    /// one.
    public mutating func allocate(symbol: Int?, rowBytes: Int) -> Int {
        let fitting = free.filter { slots[$0].symbol == symbol }
        let best = fitting.min {
            (abs(slots[$0].rowBytes - rowBytes), $0) < (abs(slots[$1].rowBytes - rowBytes), $1)
        }
        guard let best else {
            slots.append(Slot(symbol: symbol, rowBytes: rowBytes))
            return slots.count - 1
        }
        free.remove(best)
        slots[best].rowBytes = max(slots[best].rowBytes, rowBytes)
        return best
    }

    public mutating func release(_ slot: Int) { free.insert(slot) }
}
