import Foundation
import Testing

@testable import SlipwayCheckpoint

/// Files that the tests read, and what they compare with.
enum Fixture {
    static func path(_ name: String) throws -> String {
        let root = try #require(Bundle.module.resourcePath)
        return "\(root)/Fixtures/\(name)"
    }

    /// The reference data beside the package, where a checkout has it.
    static let goldens = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/goldens").standardizedFileURL.path
    static var hasGoldens: Bool { FileManager.default.fileExists(atPath: goldens) }

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path)))
    }

    static func json(_ path: String) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
        return try #require(object as? [String: Any])
    }

    static func fnv1a64(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension TensorSource {
    /// All bytes of a tensor, read in steps of `rows` rows.
    func allBytes(_ name: String, rows step: Int = .max) throws -> [UInt8] {
        let info = try info(name)
        var result = [UInt8](repeating: 0xEE, count: info.byteCount)
        try result.withUnsafeMutableBytes { target in
            var row = 0
            while row < info.rowCount {
                let end = row + min(step, info.rowCount - row)
                let piece = target[row * info.rowByteCount..<end * info.rowByteCount]
                try readRows(name, row..<end, into: UnsafeMutableRawBufferPointer(rebasing: piece))
                discardRows(name, row..<end)
                row = end
            }
        }
        return result
    }
}
