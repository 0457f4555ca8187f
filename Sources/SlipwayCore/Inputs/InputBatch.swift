/// One named model input: what feature generation writes and the predictor reads.
///
/// Names are upstream's: `<feature>.values`, `<feature>.lengths`, `<feature>.weights`, `<feature>.key_lengths`, `batch_size`.
public struct InputSlot: Sendable, Hashable {
    public enum Element: Sendable, Hashable { case int64, int32, float }

    /// Candidates of each request, an input of tiled models.
    public static let batchSizeName = "batch_size"

    public let name: String
    public let element: Element
    /// Elements of one row of the buffer: 1 for ids, lengths and weights, `value_dim` for dense values.
    public let width: Int

    public init(name: String, element: Element, width: Int = 1) {
        self.name = name
        self.element = element
        self.width = width
    }
}

/// The inputs of one run: a buffer a slot, in the order of `slots`. Buffers keep their capacity between batches.
///
/// Shapes: ids `[N]` int64; lengths `[B]` int32; key lengths `[steps]` int32; weights `[N]` float; dense values `[B, width]`
/// float; dense sequence values `[steps, width]` float.
public struct InputBatch: Sendable {
    public struct Buffer: Sendable, Equatable {
        public var int64: [Int64] = []
        public var int32: [Int32] = []
        public var float: [Float] = []

        public init() {}

        /// Repeats what is there, `count` times in all.
        public mutating func repeatAll(_ count: Int) {
            Self.extend(&int64, count)
            Self.extend(&int32, count)
            Self.extend(&float, count)
        }

        /// Adds what another buffer holds.
        public mutating func append(_ other: Buffer) {
            int64.append(contentsOf: other.int64)
            int32.append(contentsOf: other.int32)
            float.append(contentsOf: other.float)
        }

        private static func extend<T>(_ values: inout [T], _ count: Int) {
            let size = values.count
            guard size > 0, count != 1 else { return }
            values.reserveCapacity(size * count)
            for _ in 1..<max(count, 1) { values.append(contentsOf: values[..<size]) }
        }

        public mutating func removeAll() {
            int64.removeAll(keepingCapacity: true)
            int32.removeAll(keepingCapacity: true)
            float.removeAll(keepingCapacity: true)
        }
    }

    /// Candidates in this batch (B).
    public var rowCount: Int
    public let slots: [InputSlot]
    public var buffers: [Buffer]

    public init(slots: [InputSlot]) {
        self.rowCount = 0
        self.slots = slots
        self.buffers = slots.map { _ in Buffer() }
    }

    /// Empties every buffer and keeps the memory.
    public mutating func removeAll() {
        rowCount = 0
        for index in buffers.indices { buffers[index].removeAll() }
    }

    public func index(of name: String) -> Int? {
        slots.firstIndex { $0.name == name }
    }
}
