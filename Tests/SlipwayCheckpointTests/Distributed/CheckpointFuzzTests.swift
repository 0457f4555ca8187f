import Foundation
import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayCheckpoint

/// Damaged checkpoints may only throw `SlipwayError`. A trap ends the whole test run, so reaching the end is most of
/// what is asserted.
@Suite struct CheckpointFuzzTests {

    /// Values that sizes and offsets go wrong at.
    private static let awkward: [[UInt8]] = [
        [0xFF], [0x7F], [0x80], [0], [0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80],
        little(Int64.max), little(Int64.min), little(Int64(-1)), [0x8A, 8] + little(Int64.max), [0x4D, 0xFF, 0xFF],
    ]

    static func mutate(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1: bytes[at] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 3:
                let value = awkward[Int.random(in: 0..<awkward.count, using: &random)]
                bytes.replaceSubrange(at..<min(at + value.count, bytes.count), with: value)
            case 4:
                let end = min(at + Int.random(in: 1...16, using: &random), bytes.count)
                bytes.removeSubrange(at..<end)
            case 5:
                let end = min(at + Int.random(in: 1...64, using: &random), bytes.count)
                bytes.insert(contentsOf: Array(bytes[at..<end]), at: Int.random(in: 0...bytes.count, using: &random))
            case 6: bytes[at] = bytes[Int.random(in: 0..<bytes.count, using: &random)]
            default: if Int.random(in: 0..<8, using: &random) == 0 { bytes.removeSubrange(at...) }
            }
        }
        return bytes
    }

    /// Opens a folder and reads all of it; true when nothing was wrong.
    private func survives(_ path: String) -> Bool {
        do {
            let checkpoint = try DistributedCheckpoint(directory: path)
            for name in checkpoint.tensors.keys.sorted() {
                _ = try checkpoint.tensor(name)
                checkpoint.discardRows(name, 0..<3)
            }
            return true
        } catch is SlipwayError {
            return false
        } catch {
            Issue.record("\(error)")
            return false
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func metadataMayOnlyThrow(seed: UInt64) throws {
        let source = try Fixture.path(seed.isMultiple(of: 2) ? "torch_kinds" : "sid_rqkmeans/model.ckpt-31/model")
        let folder = try TemporaryFolder()
        for name in try FileManager.default.contentsOfDirectory(atPath: source) {
            try folder.write(Fixture.bytes("\(source)/\(name)"), to: name)
        }
        let metadata = try Fixture.bytes("\(source)/.metadata")
        var random = SeededRandom(seed: Fuzz.seed(seed))
        var refused = 0
        for _ in 0..<Fuzz.count(800) {
            try folder.write(Self.mutate(metadata, &random), to: ".metadata")
            if !survives(folder.path) { refused += 1 }
        }
        Fuzz.report("checkpoint metadata", Fuzz.count(800))
        #expect(refused > 250, "seed \(seed)")
    }

    @Test(arguments: [UInt64(11), 12, 13, 14])
    func tensorFilesMayOnlyThrow(seed: UInt64) throws {
        let source = try Fixture.path("sid_rqkmeans/model.ckpt-31/model")
        let data = try Fixture.bytes("\(source)/__0_0.distcp")
        let folder = try TemporaryFolder()
        try folder.write(Fixture.bytes("\(source)/.metadata"), to: ".metadata")
        var random = SeededRandom(seed: Fuzz.seed(seed))
        var refused = 0
        for _ in 0..<Fuzz.count(600) {
            var mutant = data
            let start = Int.random(in: 0..<data.count - 512, using: &random)
            let piece = Array(data[start..<start + 512])
            var changed = Self.mutate(piece, &random)
            // The file keeps its length, or the check of lengths would catch nearly everything.
            changed = Array((changed + piece).prefix(512))
            mutant.replaceSubrange(start..<start + 512, with: changed)
            try folder.write(mutant, to: "__0_0.distcp")
            if !survives(folder.path) { refused += 1 }
        }
        Fuzz.report("checkpoint tensor files", Fuzz.count(600))
        #expect(refused > 30, "seed \(seed)")
    }

    @Test(arguments: [UInt64(21), 22])
    func safetensorsMayOnlyThrow(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/a.safetensors"
        let writer = try SafeTensorsWriter(
            path: path, tensors: [("a", "F32", [2, 3], 24), ("b", "U8", [5], 5), ("c", "I64", [], 8)],
            metadata: ["k": "v"])
        for count in [24, 5, 8] { try [UInt8](repeating: 1, count: count).withUnsafeBytes { try writer.append($0) } }
        try writer.finish()
        let good = try Fixture.bytes(path)
        var random = SeededRandom(seed: Fuzz.seed(seed))
        var refused = 0
        for _ in 0..<Fuzz.count(1000) {
            try folder.write(Self.mutate(good, &random), to: "m.safetensors")
            do {
                let file = try SafeTensorsFile(path: "\(folder.path)/m.safetensors")
                for name in file.tensors.keys { _ = try file.tensor(name) }
            } catch is SlipwayError {
                refused += 1
            }
        }
        Fuzz.report("safetensors files", Fuzz.count(1000))
        #expect(refused > 250, "seed \(seed)")
    }
}
