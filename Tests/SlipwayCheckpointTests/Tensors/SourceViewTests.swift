import SlipwayCore
import Testing

@testable import SlipwayCheckpoint

/// Tensors in memory.
struct MemorySource: TensorSource {
    var values: [String: (shape: [Int], floats: [Float])]
    var tensors: [String: TensorInfo] {
        Dictionary(uniqueKeysWithValues: values.map { ($0, TensorInfo(name: $0, shape: $1.shape, dtype: .f32)) })
    }

    func readRows(_ name: String, _ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws {
        let info = try checkedInfo(name, rows, target.count)
        values[name]?.floats.withUnsafeBytes { bytes in
            let range = rows.lowerBound * info.rowByteCount..<rows.upperBound * info.rowByteCount
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
    }

    func discardRows(_ name: String, _ rows: Range<Int>) {}
}

@Suite struct OverlaidSourceTests {
    @Test func takesTheOverlayWhereBothHaveAName() throws {
        let base = MemorySource(values: ["w": ([2], [1, 2]), "table": ([1], [5])])
        let overlay = MemorySource(values: ["w": ([2], [3, 4]), "__n_averaged__": ([], [7])])
        let source = try OverlaidSource(base: base, overlay: overlay)
        #expect(source.tensors.keys.sorted() == ["table", "w"])
        #expect(try source.tensor("w").floats == [3, 4])
        #expect(try source.tensor("table").floats == [5])
        #expect(throws: SlipwayError.self) { try source.tensor("__n_averaged__") }
    }

    @Test func refusesOtherShapes() {
        let error = #expect(throws: SlipwayError.self) {
            _ = try OverlaidSource(
                base: MemorySource(values: ["w": ([2], [1, 2])]),
                overlay: MemorySource(values: ["w": ([1, 2], [3, 4])]))
        }
        #expect(error?.code == .mismatch)
        #expect(error?.message.contains("w has shape [1, 2] over one of shape [2]") == true)
    }
}

@Suite struct RenamedSourceTests {
    /// Names as in upstream's test of early checkpoints, and those of managed-collision tables.
    @Test func listsEarlySequenceTablesUnderTodaysNames() throws {
        let old = MemorySource(values: [
            "g.__BASE__.ec_list.0.embeddings.item.weight": ([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]),
            "g.__BASE__.ec_list.1.embeddings.cate.weight": ([1, 2], [9, 10]),
            "g.__BASE__.mc_ec_list.0._embedding_module.embeddings.z.weight": ([1, 2], [11, 12]),
            "g.__BASE__.mc_ec_list.0._managed.z._mch_sorted_raw_ids": ([1], [13]),
            "mlp.weight": ([1, 1], [14]),
        ])
        let source = RenamedSource(old, newNames: RenamedSource.sequenceTableNames(old.tensors))
        #expect(
            source.tensors.keys.sorted() == [
                "g.__BASE__.ec_dict.2.embeddings.cate.weight", "g.__BASE__.ec_dict.4.embeddings.item.weight",
                "g.__BASE__.mc_ec_dict.2._embedding_module.embeddings.z.weight",
                "g.__BASE__.mc_ec_dict.2._managed.z._mch_sorted_raw_ids", "mlp.weight",
            ])
        #expect(try source.tensor("g.__BASE__.ec_dict.4.embeddings.item.weight").floats == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(try source.tensor("g.__BASE__.mc_ec_dict.2._managed.z._mch_sorted_raw_ids").floats == [13])
        #expect(throws: SlipwayError.self) { try source.tensor("g.__BASE__.ec_list.0.embeddings.item.weight") }
    }

    @Test func leavesNamesThatAreTaken() throws {
        let both = MemorySource(values: [
            "a.ec_list.0.x.weight": ([1, 3], [1, 2, 3]), "a.ec_dict.3.x.weight": ([1, 3], [4, 5, 6]),
        ])
        let source = RenamedSource(both, newNames: RenamedSource.sequenceTableNames(both.tensors))
        #expect(source.tensors.count == 2)
        #expect(try source.tensor("a.ec_dict.3.x.weight").floats == [4, 5, 6])
        #expect(try source.tensor("a.ec_list.0.x.weight").floats == [1, 2, 3])
    }
}

@Suite struct TensorInfoTests {
    @Test func countsBytes() {
        let info = TensorInfo(name: "a", shape: [3, 2, 5], dtype: .f16)
        #expect((info.byteCount, info.rowByteCount, info.rowCount) == (60, 20, 3))
        let scalar = TensorInfo(name: "a", shape: [], dtype: .i64)
        #expect((scalar.byteCount, scalar.rowByteCount, scalar.rowCount) == (8, 8, 1))
        #expect(TensorInfo(name: "a", shape: [.max, 2], dtype: .u8).byteCount == .max)
        #expect(TensorInfo.bytes([.max, 0], .f64) == 0)
        #expect(TensorInfo.bytes([-1, 0], .f64) == nil)
    }
}
