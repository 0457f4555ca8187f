import SlipwayCore

/// How many tensors, elements and bytes there are, in all and by element type.
struct TensorTotals: Sendable, Equatable {
    struct Amount: Sendable, Equatable {
        var count = 0
        var elements = 0
        var bytes = 0

        mutating func add(elements: Int, bytes: Int) {
            count += 1
            self.elements = self.elements.addingClamped(elements)
            self.bytes = self.bytes.addingClamped(bytes)
        }

        var facts: [String: Fact] { ["count": .int(count), "elements": .int(elements), "bytes": .int(bytes)] }
    }

    private(set) var all = Amount()
    private(set) var byDType: [String: Amount] = [:]

    mutating func add(_ dtype: DType, elements: Int, bytes: Int) {
        all.add(elements: elements, bytes: bytes)
        byDType[dtype.rawValue, default: Amount()].add(elements: elements, bytes: bytes)
    }

    /// `3 tables, 1.2 MB (q8 1.0 MB, f32 0.2 MB)`; the largest type first.
    func text(_ noun: String) -> String {
        let types = byDType.sorted { ($1.value.bytes, $0.key) < ($0.value.bytes, $1.key) }
            .map { byDType.count == 1 ? $0.key : "\($0.key) \(Quantity.bytes($0.value.bytes))" }
        return "\(Quantity.count(all.count, noun)), \(Quantity.bytes(all.bytes))"
            + (types.isEmpty ? "" : " (\(types.joined(separator: ", ")))")
    }

    var facts: Fact {
        .object(all.facts.merging(["by_dtype": .object(byDType.mapValues { .object($0.facts) })]) { $1 })
    }
}
