public import SlipwayCore

extension TensorSource {
    /// The whole tensor on the heap.
    ///
    /// Floating-point types become floats (float64 is rounded), integers and booleans `Int64`. Throws as `readRows`
    /// does, and `unsupported` for quantized rows.
    public func tensor(_ name: String) throws -> Tensor {
        let info = try info(name)
        guard !info.dtype.isQuantizedRow else {
            throw SlipwayError(.unsupported, "\(name) holds quantized rows, which are not plain values")
        }
        let count = info.byteCount / info.dtype.storedBytes
        if info.dtype.isFloatingPoint {
            var values = [Float](repeating: 0, count: count)
            try values.withUnsafeMutableBufferPointer { try readFloatRows(name, 0..<info.rowCount, into: $0) }
            return Tensor(shape: info.shape, floats: values)
        }
        var values = [Int64](repeating: 0, count: count)
        try values.withUnsafeMutableBufferPointer { target in
            try readStaged(name, 0..<info.rowCount) { bytes, first in
                info.dtype.decode(bytes) {
                    target[first + $0] = $1
                } float: { _, _ in
                }
            }
        }
        return Tensor(shape: info.shape, ints: values)
    }

    /// Reads `rows` converted to float32, row-major.
    ///
    /// Throws as `readRows` does, and `unsupported` for quantized rows.
    public func readFloatRows(_ name: String, _ rows: Range<Int>, into target: UnsafeMutableBufferPointer<Float>) throws
    {
        let info = try info(name)
        guard !info.dtype.isQuantizedRow else {
            throw SlipwayError(.unsupported, "\(name) holds quantized rows, which are not plain values")
        }
        if info.dtype == .f32 {
            return try readRows(name, rows, into: UnsafeMutableRawBufferPointer(target))
        }
        let (needed, overflow) = rows.count.multipliedReportingOverflow(by: info.rowByteCount / info.dtype.storedBytes)
        guard !overflow, needed <= target.count else {
            throw SlipwayError(.mismatch, "\(rows.count) rows of \(name) do not fit into \(target.count) floats")
        }
        try readStaged(name, rows) { bytes, first in
            info.dtype.decode(bytes) {
                target[first + $0] = Float($1)
            } float: {
                target[first + $0] = $1
            }
        }
    }

    /// Hands `rows` to `body` in pieces of bounded size, each with the index of its first element.
    private func readStaged(
        _ name: String, _ rows: Range<Int>, _ body: (_ bytes: UnsafeRawBufferPointer, _ first: Int) -> Void
    ) throws {
        let info = try info(name)
        _ = try checkedInfo(name, rows, .max)
        let rowBytes = info.rowByteCount
        guard rowBytes > 0, !rows.isEmpty else { return }
        let step = min(rows.count, max(1, (1 << 20) / rowBytes))
        let stage = UnsafeMutableRawBufferPointer.allocate(byteCount: step * rowBytes, alignment: 64)
        defer { stage.deallocate() }
        var row = rows.lowerBound
        while row < rows.upperBound {
            let end = min(row + step, rows.upperBound)
            let piece = UnsafeMutableRawBufferPointer(rebasing: stage[..<((end - row) * rowBytes)])
            try readRows(name, row..<end, into: piece)
            body(UnsafeRawBufferPointer(piece), (row - rows.lowerBound) * (rowBytes / info.dtype.storedBytes))
            row = end
        }
    }
}

extension DType {
    /// Calls `integer` or `float` with each element's position and value; quantized types have none.
    fileprivate func decode(
        _ bytes: UnsafeRawBufferPointer, integer: (Int, Int64) -> Void, float: (Int, Float) -> Void
    ) {
        func each<T: BitwiseCopyable>(_: T.Type, _ body: (Int, T) -> Void) {
            let stride = MemoryLayout<T>.size
            for index in 0..<bytes.count / stride {
                body(index, bytes.loadUnaligned(fromByteOffset: index * stride, as: T.self))
            }
        }
        switch self {
        case .f32: each(Float.self) { float($0, $1) }
        case .f64: each(Double.self) { float($0, Float($1)) }
        case .f16: each(UInt16.self) { float($0, Float(Float16(bitPattern: $1))) }
        case .bf16: each(UInt16.self) { float($0, Float(bitPattern: UInt32($1) << 16)) }
        case .i64: each(Int64.self) { integer($0, $1) }
        case .i32: each(Int32.self) { integer($0, Int64($1)) }
        case .i16: each(Int16.self) { integer($0, Int64($1)) }
        case .i8: each(Int8.self) { integer($0, Int64($1)) }
        case .u8: each(UInt8.self) { integer($0, Int64($1)) }
        case .bool: each(UInt8.self) { integer($0, $1 == 0 ? 0 : 1) }
        case .q8, .q4, .q2: break
        }
    }
}
