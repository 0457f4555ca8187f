/// A dense row-major tensor on the heap, for the reference evaluator, checkpoint reads and tests.
///
/// Float types are held as `Float`, integers and booleans as `Int64`: plain and obvious, not fast.
public struct Tensor: Sendable, Equatable {
    public enum Storage: Sendable, Equatable {
        case float([Float])
        case int([Int64])
    }

    /// Sizes, outermost first; `[]` is a scalar.
    public var shape: [Int]
    public var storage: Storage

    public init(shape: [Int], floats: [Float]) {
        precondition(shape.reduce(1, *) == floats.count, "shape \(shape) against \(floats.count) floats")
        self.shape = shape
        self.storage = .float(floats)
    }

    public init(shape: [Int], ints: [Int64]) {
        precondition(shape.reduce(1, *) == ints.count, "shape \(shape) against \(ints.count) integers")
        self.shape = shape
        self.storage = .int(ints)
    }

    public init(zeros shape: [Int]) {
        self.shape = shape
        self.storage = .float([Float](repeating: 0, count: shape.reduce(1, *)))
    }

    public var count: Int { shape.reduce(1, *) }

    /// The elements as floats; integers are converted.
    public var floats: [Float] {
        switch storage {
        case .float(let values): return values
        case .int(let values): return values.map(Float.init)
        }
    }

    /// A matrix [M, N] of floats as [N, M]; its shape must have two sizes.
    package var transposed: Tensor {
        let rows = shape[0], columns = shape[1], source = floats
        return Tensor(
            shape: [columns, rows], floats: (0..<rows * columns).map { source[$0 % rows * columns + $0 / rows] })
    }

    /// The elements as integers; floats are truncated, non-finite ones become 0.
    public var ints: [Int64] {
        switch storage {
        case .float(let values): return values.map { Int64(exactly: $0.rounded(.towardZero)) ?? 0 }
        case .int(let values): return values
        }
    }
}
