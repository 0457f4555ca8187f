import Foundation
import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayCheckpoint

@Suite struct DistributedCheckpointTests {
    /// Shapes, types and byte hashes that numpy computed from the same files.
    @Test(arguments: [("sid_rqkmeans", "model.ckpt-31", 7), ("two_rank_rowwise_deepfm", "model.ckpt-9", 26)])
    func readsWhatNumpyRead(name: String, step: String, count: Int) throws {
        let checkpoint = try DistributedCheckpoint(directory: try Fixture.path("\(name)/\(step)/model"))
        let expected = try Fixture.json(try Fixture.path("\(name)/expected.json"))
        #expect(checkpoint.tensors.count == count)
        #expect(Set(expected.keys) == Set(checkpoint.tensors.keys))
        let types: [String: DType] = ["float32": .f32, "int64": .i64, "bool": .bool]
        for (tensor, info) in checkpoint.tensors {
            let facts = try #require(expected[tensor] as? [String: Any])
            #expect(facts["shape"] as? [Int] == info.shape, "\(tensor)")
            #expect(types[facts["dtype"] as? String ?? ""] == info.dtype, "\(tensor)")
            for step in [Int.max, 1, 5] {
                let bytes = try checkpoint.allBytes(tensor, rows: step)
                #expect(Fixture.fnv1a64(bytes) == facts["fnv1a64"] as? String, "\(tensor)")
            }
        }
    }

    /// What `make_torch_kinds.py` put in: `arange(66).reshape(11, 6) / 8 - 3`.
    private static let table = (0..<66).map { Float($0) / 8 - 3 }
    private static let cube = (0..<60).map { Int64($0) * 1_000_003 }

    private func kinds() throws -> DistributedCheckpoint {
        try DistributedCheckpoint(directory: try Fixture.path("torch_kinds"))
    }

    @Test(arguments: ["row_wise", "column_wise", "grid", "replicated_columns"])
    func assemblesShards(name: String) throws {
        let checkpoint = try kinds()
        #expect(try checkpoint.tensor(name) == Tensor(shape: [11, 6], floats: Self.table))
        for first in 0..<11 {
            for last in first..<11 {
                var rows = [Float](repeating: .nan, count: (last - first + 1) * 6)
                try rows.withUnsafeMutableBufferPointer {
                    try checkpoint.readFloatRows(name, first..<last + 1, into: $0)
                }
                #expect(rows == Array(Self.table[first * 6..<(last + 1) * 6]), "rows \(first)...\(last)")
            }
        }
    }

    @Test(arguments: ["cube_middle", "cube_last"])
    func assemblesInnerShards(name: String) throws {
        #expect(try kinds().tensor(name) == Tensor(shape: [5, 4, 3], ints: Self.cube))
    }

    @Test func readsViewsScalarsAndEmptyTensors() throws {
        let checkpoint = try kinds()
        #expect(try checkpoint.tensor("scalar") == Tensor(shape: [], ints: [42]))
        #expect(try checkpoint.tensor("empty") == Tensor(shape: [0, 3], floats: []))
        let transposed = (0..<6).flatMap { column in (0..<11).map { Self.table[$0 * 6 + column] } }
        #expect(try checkpoint.tensor("transposed") == Tensor(shape: [6, 11], floats: transposed))
        let view = (2..<5).flatMap { row in (1..<4).map { Self.table[row * 6 + $0] } }
        #expect(try checkpoint.tensor("view") == Tensor(shape: [3, 3], floats: view))
        #expect(try checkpoint.tensor("parameter") == Tensor(shape: [2, 6], floats: Array(Self.table[..<12])))
        #expect(!checkpoint.tensors.keys.contains { $0.hasPrefix("note") })
    }

    @Test(arguments: [
        ("float32", DType.f32), ("float16", .f16), ("bfloat16", .bf16), ("float64", .f64), ("int64", .i64),
        ("int32", .i32),
        ("int16", .i16), ("int8", .i8), ("uint8", .u8), ("bool", .bool),
    ])
    func readsEveryElementType(name: String, dtype: DType) throws {
        let checkpoint = try kinds()
        let name = "type.\(name)"
        let info = try checkpoint.info(name)
        #expect(info.dtype == dtype)
        #expect(info.byteCount == 6 * dtype.bitWidth / 8)
        #expect(info.rowByteCount == 3 * dtype.bitWidth / 8)
        var values: [Int64] = [0, 1, 2, -3, 100, 7]
        if dtype == .u8 { values[3] = 3 }
        if dtype == .bool { values = [0, 1, 1, 1, 1, 1] }
        let tensor = try checkpoint.tensor(name)
        #expect(tensor.shape == [2, 3])
        if dtype.isFloatingPoint {
            #expect(tensor.storage == .float(values.map(Float.init)))
        } else {
            #expect(tensor.storage == .int(values))
        }
        var floats = [Float](repeating: .nan, count: 3)
        try floats.withUnsafeMutableBufferPointer { try checkpoint.readFloatRows(name, 1..<2, into: $0) }
        #expect(floats == values[3...].map(Float.init))
    }

    @Test func refusesElementTypesByName() throws {
        let error = #expect(throws: SlipwayError.self) {
            _ = try DistributedCheckpoint(directory: try Fixture.path("torch_complex"))
        }
        #expect(error?.code == .unsupported)
        #expect(error?.description.contains("torch.complex64") == true)
        #expect(error?.description.contains("tensor z") == true)
    }

    @Test func refusesBadRequests() throws {
        let checkpoint = try kinds()
        func code(_ name: String, _ rows: Range<Int>, _ bytes: Int) -> SlipwayError.Code? {
            var target = [UInt8](repeating: 0, count: bytes)
            let error = #expect(throws: SlipwayError.self) {
                try target.withUnsafeMutableBytes { try checkpoint.readRows(name, rows, into: $0) }
            }
            return error?.code
        }
        #expect(code("nothing", 0..<1, 100) == .notFound)
        #expect(code("row_wise", 0..<12, 1000) == .outOfRange)
        #expect(code("row_wise", -1..<2, 1000) == .outOfRange)
        #expect(code("row_wise", 0..<2, 47) == .mismatch)
        #expect(code("scalar", 0..<2, 100) == .outOfRange)
        checkpoint.discardRows("nothing", 0..<1)
        checkpoint.discardRows("row_wise", 0..<1000)
    }

    @Test func namesAMissingFolderMetadataOrFile() throws {
        let folder = try TemporaryFolder()
        let missing = #expect(throws: SlipwayError.self) { _ = try DistributedCheckpoint(directory: folder.path) }
        #expect(missing?.code == .notFound)
        #expect(missing?.message.contains(".metadata") == true)
        try folder.write(Fixture.bytes(try Fixture.path("torch_complex/.metadata")), to: ".metadata")
        try folder.write(Fixture.bytes(try Fixture.path("torch_kinds/.metadata")), to: ".metadata")
        let file = #expect(throws: SlipwayError.self) { _ = try DistributedCheckpoint(directory: folder.path) }
        #expect(file?.code == .notFound)
        #expect(file?.message.contains(".distcp") == true)
    }

    @Test func namesTheBytesThatATruncatedFileLacks() throws {
        let source = try Fixture.path("sid_rqkmeans/model.ckpt-31/model")
        let data = try Fixture.bytes("\(source)/__0_0.distcp")
        let folder = try TemporaryFolder()
        try folder.write(Fixture.bytes("\(source)/.metadata"), to: ".metadata")
        try folder.write(Array(data.dropLast(100)), to: "__0_0.distcp")
        let error = #expect(throws: SlipwayError.self) { _ = try DistributedCheckpoint(directory: folder.path) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("__0_0.distcp is cut off") == true)
        // The last chunk is at 10806 and 1961 bytes long (`python -m pickletools .metadata`).
        #expect(error?.message.contains("needs bytes 10806..<12767, bytes 12667..<12767 are missing") == true)
        try folder.write([], to: "__0_0.distcp")
        #expect(throws: SlipwayError.self) { _ = try DistributedCheckpoint(directory: folder.path) }
    }

    /// Replaces equally long text in `.metadata` of the k-means fixture.
    private func openWith(_ old: [UInt8], _ new: [UInt8]) throws -> SlipwayError? {
        let source = try Fixture.path("sid_rqkmeans/model.ckpt-31/model")
        var metadata = try Fixture.bytes("\(source)/.metadata")
        let range = try #require(metadata.firstRange(of: old))
        metadata.replaceSubrange(range, with: new)
        let folder = try TemporaryFolder()
        try folder.write(metadata, to: ".metadata")
        try folder.write(Fixture.bytes("\(source)/__0_0.distcp"), to: "__0_0.distcp")
        do {
            let checkpoint = try DistributedCheckpoint(directory: folder.path)
            for name in checkpoint.tensors.keys.sorted() { _ = try checkpoint.tensor(name) }
        } catch {
            return error as? SlipwayError
        }
        return nil
    }

    @Test(arguments: ["../0_0.distc", "/tmp/a.distc", "a/../b.distc", "./a0_0.distc", "a//b0_.distc"])
    func refusesPathsOutOfTheFolder(path: String) throws {
        let error = try openWith(Array("__0_0.distcp".utf8), Array(path.utf8))
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("does not stay inside") == true)
    }

    @Test func namesAWrongOffset() throws {
        // 5499 as BININT2, the offset of the first layer's centroids: one byte off.
        let error = try openWith([0x4D, 0x7B, 0x15], [0x4D, 0x7C, 0x15])
        #expect(error?.code == .corrupt)
        #expect(error?.description.contains("byte 5500") == true)
    }

    @Test(.enabled(if: Fixture.hasGoldens))
    func agreesWithEveryGolden() throws {
        let types: [String: DType] = ["float32": .f32, "int64": .i64, "bool": .bool]
        var cases = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: Fixture.goldens).sorted() {
            let folder = "\(Fixture.goldens)/\(name)"
            guard FileManager.default.fileExists(atPath: "\(folder)/state_dict.json") else { continue }
            cases += 1
            let state = try Fixture.json("\(folder)/state_dict.json")
            let expected = try #require(state["tensors"] as? [String: [String: Any]])
            let path = try #require(state["checkpoint"] as? String)
            let checkpoint = try DistributedCheckpoint(directory: "\(folder)/\(path)/model")
            #expect(Set(expected.keys) == Set(checkpoint.tensors.keys), "\(name)")
            for (tensor, info) in checkpoint.tensors {
                #expect(expected[tensor]?["shape"] as? [Int] == info.shape, "\(name) \(tensor)")
                #expect(types[expected[tensor]?["dtype"] as? String ?? ""] == info.dtype, "\(name) \(tensor)")
                let values = try checkpoint.tensor(tensor)
                #expect(values.shape == info.shape)
                if case .float(let floats) = values.storage {
                    #expect(floats.allSatisfy { $0.isFinite }, "\(name) \(tensor)")
                }
            }
        }
        #expect(cases >= 38)
    }
}
