import SlipwayCheckpoint
import SlipwayCore
import SlipwayKernels

/// Rows of a checkpoint's table in the form a package stores, and back as the floats they stand for.
enum QuantizedRows {
    /// Reads rows into `floats` and stores them as `dtype` in `bytes`, without padding.
    static func read(
        _ source: any TensorSource, _ name: String, _ rows: Range<Int>, width: Int, to dtype: DType,
        _ floats: inout [Float], _ bytes: inout [UInt8]
    ) throws {
        let rowBytes = try RowQuantizer.rowBytes(dtype, width: width)
        try floats.withUnsafeMutableBufferPointer { buffer in
            try source.readFloatRows(
                name, rows, into: UnsafeMutableBufferPointer(rebasing: buffer[..<(rows.count * width)]))
        }
        try floats.withUnsafeBufferPointer { values in
            try bytes.withUnsafeMutableBytes { target in
                guard let out = target.baseAddress else { return }
                try RowQuantizer.quantize(
                    MatrixView(values.baseAddress, rows: rows.count, columns: width), to: dtype, out: out,
                    outStrideBytes: rowBytes)
            }
        }
    }

    /// The floats that stored rows stand for: code × scale + bias, low bits first. Written here from the format, so that it
    /// does not share the kernels' way of reading.
    static func floats(_ bytes: ArraySlice<UInt8>, _ dtype: DType, width: Int) -> [Float] {
        guard width > 0 else { return [] }
        let start = bytes.startIndex
        func half(_ offset: Int) -> Float {
            Float(Float16(bitPattern: UInt16(bytes[start + offset]) | UInt16(bytes[start + offset + 1]) << 8))
        }
        func word(_ offset: Int, _ count: Int) -> UInt32 {
            (0..<count).reduce(0) { $0 | UInt32(bytes[start + offset + $1]) << UInt32(8 * $1) }
        }
        guard dtype.isQuantizedRow else {
            return (0..<width).map { index in
                switch dtype {
                case .f16: return half(2 * index)
                case .bf16: return Float(bitPattern: word(2 * index, 2) << 16)
                default: return Float(bitPattern: word(4 * index, 4))
                }
            }
        }
        let scale = half(0), bias = half(2), bits = dtype.bitWidth
        return (0..<width).map { index in
            let code = (bytes[start + 4 + index * bits / 8] >> UInt8(index * bits % 8)) & UInt8((1 << bits) - 1)
            return Float(code) * scale + bias
        }
    }
}
