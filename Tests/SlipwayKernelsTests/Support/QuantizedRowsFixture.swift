import Foundation
import SlipwayCore

/// fbgemm's table rows, as scripts/make_quantized_fixture.py lays them out.
///
/// SLIPWAY_QUANTIZED_ROWS in the environment names a file with all rows (made with --all) to read instead.
struct QuantizedRowsFixture {
    struct Entry {
        var kind: Int
        var width: Int
        var rows: Int
        var bytes: [UInt8]

        var floats: [Float] {
            bytes.withUnsafeBytes { raw in
                (0..<bytes.count / 4).map {
                    Float(bitPattern: raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self))
                }
            }
        }

        /// The table type of a kind: 8, 4, 2, 16, or 108, 104, 102 for dequantized rows.
        var dtype: DType? { [16: .f16, 8: .q8, 4: .q4, 2: .q2][kind % 100] }
    }

    var entries: [Entry] = []

    init() throws {
        let path =
            ProcessInfo.processInfo.environment["SLIPWAY_QUANTIZED_ROWS"]
            ?? Bundle.module.path(forResource: "quantized_rows", ofType: "bin", inDirectory: "Fixtures") ?? ""
        let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var offset = 0
        while offset < data.count {
            let head = data.withUnsafeBytes { raw in
                (0..<4).map { Int(raw.loadUnaligned(fromByteOffset: offset + 4 * $0, as: Int32.self)) }
            }
            let bytes = Array(data[(offset + 16)..<(offset + 16 + head[3])])
            entries.append(Entry(kind: head[0], width: head[1], rows: head[2], bytes: bytes))
            offset += 16 + head[3]
        }
    }

    func floats(width: Int) -> [Float] { entries.first { $0.kind == 0 && $0.width == width }?.floats ?? [] }
}
