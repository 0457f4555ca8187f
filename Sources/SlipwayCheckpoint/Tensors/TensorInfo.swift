public import SlipwayCore

/// What is known of a stored tensor without reading it.
public struct TensorInfo: Sendable, Hashable {
    public let name: String
    /// Sizes, outermost first; `[]` is a scalar.
    public let shape: [Int]
    public let dtype: DType

    public init(name: String, shape: [Int], dtype: DType) {
        self.name = name
        self.shape = shape
        self.dtype = dtype
    }

    /// Bytes of the whole tensor; `Int.max` when that does not fit, which no reader lets through.
    public var byteCount: Int { Self.bytes(shape, dtype) ?? .max }

    /// Bytes of one index of dimension 0; of the element for a scalar.
    public var rowByteCount: Int { Self.bytes(shape.dropFirst(), dtype) ?? .max }

    /// Size of dimension 0; a scalar counts as one row.
    public var rowCount: Int { shape.first ?? 1 }

    /// The number of elements of `sizes`; nil when a size is negative or the product overflows.
    static func elements(_ sizes: some Sequence<Int>) -> Int? {
        var hasZero = false
        var product = 1
        for size in sizes {
            guard size >= 0 else { return nil }
            if size == 0 {
                hasZero = true
                continue
            }
            let (next, overflow) = product.multipliedReportingOverflow(by: size)
            guard !overflow else { return nil }
            product = next
        }
        return hasZero ? 0 : product
    }

    /// `elements` in bytes.
    static func bytes(_ sizes: some Sequence<Int>, _ dtype: DType) -> Int? {
        guard let elements = elements(sizes) else { return nil }
        let (bytes, overflow) = elements.multipliedReportingOverflow(by: dtype.storedBytes)
        return overflow ? nil : bytes
    }
}
