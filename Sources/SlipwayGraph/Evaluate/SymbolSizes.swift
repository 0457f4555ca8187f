import SlipwayCore

/// What the symbols of a graph stand for in one run.
struct SymbolSizes {
    private var sizes: [String: (size: Int, owner: String)] = [:]

    /// Checks that `tensor` is a value of `type` and notes what its symbols stand for. Throws `mismatch`.
    mutating func bind(_ tensor: Tensor, _ type: ValueType, _ what: String) throws {
        if case .float = tensor.storage, !type.dtype.isFloatingPoint, !type.dtype.isQuantizedRow {
            throw SlipwayError(.mismatch, "\(what) holds floats; the graph says \(type)")
        }
        guard tensor.shape.count == type.rank else {
            throw SlipwayError(.mismatch, "\(what) has shape \(tensor.shape); the graph says \(type)")
        }
        for (size, dimension) in zip(tensor.shape, type.dimensions) {
            switch dimension {
            case .fixed(let expected):
                guard size == expected else {
                    throw SlipwayError(.mismatch, "\(what) has shape \(tensor.shape); the graph says \(type)")
                }
            case .symbol(let name):
                guard let known = sizes[name] else {
                    sizes[name] = (size, what)
                    continue
                }
                guard known.size == size else {
                    throw SlipwayError(
                        .mismatch, "\(what) has shape \(tensor.shape), but \(name) is \(known.size) in \(known.owner)")
                }
            }
        }
    }
}
