import SlipwayCore

/// Memory of a plan's constants: weights, folded vectors, packed matrices. Written while planning, read-only
/// afterwards.
final class PlanWeights: @unchecked Sendable {
    private var blocks: [UnsafeMutableRawPointer] = []

    /// `count` zero bytes on 64 bytes.
    func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 64), alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: max(count, 64))
        blocks.append(memory)
        return memory
    }

    func store(_ values: [Float]) -> UnsafePointer<Float> {
        let memory = allocate(values.count * 4)
        values.withUnsafeBytes {
            memory.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: $0.count)
        }
        return UnsafePointer(memory.assumingMemoryBound(to: Float.self))
    }

    /// `tensor` in the memory form of `dtype`. Throws `unsupported` for a type no step reads.
    func store(_ tensor: Tensor, as dtype: DType) throws -> UnsafeMutableRawPointer {
        let memory = allocate(tensor.count * dtype.bitWidth / 8)
        try StoredElements.write(tensor, as: dtype, rows: 1, stride: tensor.count, to: memory)
        return memory
    }

    deinit {
        for block in blocks { block.deallocate() }
    }
}

/// Moves elements between tensors and the memory of values.
enum StoredElements {
    /// Writes `tensor` as `rows` rows, `stride` elements apart.
    static func write(
        _ tensor: Tensor, as dtype: DType, rows: Int, stride: Int, to memory: UnsafeMutableRawPointer
    ) throws {
        let inner = rows == 0 ? 0 : tensor.count / rows
        func copy<T: BitwiseCopyable>(_ values: some RandomAccessCollection<T>) {
            let out = memory.assumingMemoryBound(to: T.self)
            var row = 0, column = 0
            for value in values {
                out[row * stride + column] = value
                column += 1
                if column == inner { (row, column) = (row + 1, 0) }
            }
        }
        switch dtype {
        case .f32: copy(tensor.floats)
        case .i64: copy(tensor.ints)
        case .i32: copy(tensor.ints.map { Int32(truncatingIfNeeded: $0) })
        case .i16: copy(tensor.ints.map { Int16(truncatingIfNeeded: $0) })
        case .i8: copy(tensor.ints.map { Int8(truncatingIfNeeded: $0) })
        case .u8, .bool: copy(tensor.ints.map { UInt8(truncatingIfNeeded: $0) })
        case .f16, .bf16, .f64, .q8, .q4, .q2:
            throw SlipwayError(.unsupported, "values of type \(dtype.rawValue) are not supported", fix: "use float32")
        }
    }

    /// The elements of a value.
    static func read(_ value: RunValue, as dtype: DType) throws -> Tensor {
        let shape = value.shape
        func rows<T: BitwiseCopyable, R>(_: T.Type, _ convert: (T) -> R) -> [R] {
            let source = value.base.assumingMemoryBound(to: T.self)
            var result: [R] = []
            result.reserveCapacity(shape.rows * shape.inner)
            for row in 0..<shape.rows {
                for column in 0..<shape.inner { result.append(convert(source[row * value.stride + column])) }
            }
            return result
        }
        switch dtype {
        case .f32: return Tensor(shape: shape.list, floats: rows(Float.self) { $0 })
        case .i64: return Tensor(shape: shape.list, ints: rows(Int64.self) { $0 })
        case .i32: return Tensor(shape: shape.list, ints: rows(Int32.self) { Int64($0) })
        case .i16: return Tensor(shape: shape.list, ints: rows(Int16.self) { Int64($0) })
        case .i8: return Tensor(shape: shape.list, ints: rows(Int8.self) { Int64($0) })
        case .u8, .bool: return Tensor(shape: shape.list, ints: rows(UInt8.self) { Int64($0) })
        case .f16, .bf16, .f64, .q8, .q4, .q2:
            throw SlipwayError(.unsupported, "values of type \(dtype.rawValue) are not supported", fix: "use float32")
        }
    }
}
