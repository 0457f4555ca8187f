import Foundation
import SlipwayArtifact
import Testing

extension DamagedExample {
    /// Flips bits of byte `offset` of a stored weight of `package`, and puts the file's new hash into the manifest.
    func damage(_ weight: String, in file: String, byte offset: Int, flipping bits: UInt8 = 0x40) throws {
        var bytes = try self.bytes("package/\(file)")
        let length = bytes[..<8].enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        let header = try #require(
            try JSONSerialization.jsonObject(with: Data(bytes[8..<(8 + length)])) as? [String: Any])
        let entry = try #require(header[weight] as? [String: Any], "no \(weight) in \(file)")
        let range = try #require(entry["data_offsets"] as? [Int])
        let old = FileHash.sha256(bytes)
        bytes[8 + length + range[0] + offset] ^= bits
        try write(bytes, to: "package/\(file)")
        let manifest = String(decoding: try self.bytes("package/manifest.json"), as: UTF8.self)
        try #require(manifest.contains(old))
        try write(
            Array(manifest.replacingOccurrences(of: old, with: FileHash.sha256(bytes)).utf8),
            to: "package/manifest.json")
    }
}
