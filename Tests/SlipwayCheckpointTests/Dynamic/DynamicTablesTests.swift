import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayCheckpoint

@Suite struct DynamicTablesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write<T: BitwiseCopyable>(_ values: [T], _ module: String, _ file: String) throws {
        try folder.write(values.withUnsafeBytes { Array($0) }, to: "dynamicemb/\(module)/\(file)")
    }

    private struct NoTensors: TensorSource {
        var tensors: [String: TensorInfo] { [:] }
        func readRows(_ name: String, _ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws {}
        func discardRows(_ name: String, _ rows: Range<Int>) {}
    }

    private let module = "model.model.embedding_group.emb_impls.__BASE__.ebc"
    private let path = "model.embedding_group.emb_impls.__BASE__.ebc.embedding_bags.a_b"

    /// Ids 7, -3 in the first rank, 5 in the third, none in the second.
    private func writeRanks() throws {
        try write([Int64(7), -3], module, "a_b_emb_keys.rank_0.world_size_3")
        try write([Float(1), 2, 3, 4], module, "a_b_emb_values.rank_0.world_size_3")
        try write([Int64](), module, "a_b_emb_keys.rank_1.world_size_3")
        try write([Float](), module, "a_b_emb_values.rank_1.world_size_3")
        try write([Int64(5)], module, "a_b_emb_keys.rank_2.world_size_3")
        try write([Float(5), 6], module, "a_b_emb_values.rank_2.world_size_3")
        try write([Int64(1)], module, "a_b_emb_scores.rank_2.world_size_3")
        try write([Int64(1)], module, "a_b_counter_keys.rank_2.world_size_3")
    }

    private func source(widths: [String: Int]) throws -> any TensorSource {
        try DynamicTables(checkpoint: folder.path).source(over: NoTensors(), widths: widths)
    }

    @Test func ranksAreOneTable() throws {
        try writeRanks()
        #expect(try DynamicTables(checkpoint: folder.path).rowCounts == [path: 4])
        let source = try source(widths: [path: 2])
        #expect(try source.tensor("\(path).weight") == Tensor(shape: [4, 2], floats: [1, 2, 3, 4, 5, 6, 0, 0]))
        // The last entry stands for other ids: it repeats the first, which is found before it.
        #expect(try source.tensor("\(path).dynamic_keys") == Tensor(shape: [4], ints: [7, -3, 5, 7]))
        #expect(try source.tensor("\(path).dynamic_rows") == Tensor(shape: [4], ints: [0, 1, 2, 3]))
    }

    @Test(arguments: [0..<1, 1..<3, 2..<4, 3..<4, 1..<1]) func rowsAreReadByRange(_ rows: Range<Int>) throws {
        try writeRanks()
        let source = try source(widths: [path: 2])
        let all: [Float] = [1, 2, 3, 4, 5, 6, 0, 0]
        var found = [Float](repeating: -1, count: rows.count * 2)
        try found.withUnsafeMutableBufferPointer { try source.readFloatRows("\(path).weight", rows, into: $0) }
        #expect(found == Array(all[rows.lowerBound * 2..<rows.upperBound * 2]))
        source.discardRows("\(path).weight", rows)
    }

    @Test func tableWithoutRowsHasTheConfigsWidth() throws {
        let module = "model.seq.ec_dict.6"
        try write([Int64](), module, "t_emb_keys.rank_0.world_size_1")
        try write([Float](), module, "t_emb_values.rank_0.world_size_1")
        let name = "model.seq.ec_dict.6.embeddings.t"
        let source = try source(widths: [name: 6])
        #expect(try source.tensor("\(name).weight") == Tensor(zeros: [1, 6]))
        #expect(try source.tensor("\(name).dynamic_keys").ints == [0])
        #expect(try source.tensor("\(name).dynamic_rows").ints == [0])
    }

    @Test func otherFoldersHaveNoTables() throws {
        #expect(try DynamicTables(checkpoint: folder.path).rowCounts.isEmpty)
        try folder.write([1], to: "dynamicemb/file")
        try write([Int64(1)], "module", "t_emb_keys.rank_x.world_size_1")
        #expect(try DynamicTables(checkpoint: folder.path).rowCounts.isEmpty)
        try folder.write([1], to: "file/dynamicemb")
        #expect(try DynamicTables(checkpoint: "\(folder.path)/file").rowCounts.isEmpty)
    }

    @Test(arguments: [
        ("a_emb_keys.rank_0.world_size_2", "a", 0, 2), ("x.y_emb_keys.rank_11.world_size_12", "x.y", 11, 12),
        ("a_emb_keys_emb_keys.rank_0.world_size_1", "a_emb_keys", 0, 1),
    ])
    func namesAreTakenApart(file: String, table: String, rank: Int, world: Int) throws {
        let name = try #require(DynamicFileName(keys: file))
        #expect(name.table == table)
        #expect(name.rank == rank)
        #expect(name.worldSize == world)
        #expect(DynamicFileName.text(table, "keys", rank, world) == file)
    }

    @Test(arguments: [
        "", "a", "_emb_keys.rank_0.world_size_1", "a_emb_values.rank_0.world_size_1", "a_emb_keys.rank_-1.world_size_1",
        "a_emb_keys.rank_0.world_size_", "a_emb_keys.rank_99999999999999999999.world_size_1",
        "a_emb_keys.rank_0.world_size_99999999", "a_counter_keys.rank_0.world_size_1",
    ]) func otherNamesAreLeft(file: String) { #expect(DynamicFileName(keys: file) == nil) }

    @Test func ranksOfAnotherWidthAreRefused() throws {
        try write([Int64(1)], module, "a_emb_keys.rank_0.world_size_2")
        try write([Float(1), 2], module, "a_emb_values.rank_0.world_size_2")
        try write([Int64(2)], module, "a_emb_keys.rank_1.world_size_2")
        try write([Float(1), 2, 3], module, "a_emb_values.rank_1.world_size_2")
        let error = #expect(throws: SlipwayError.self) { try DynamicTables(checkpoint: folder.path) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.hasSuffix("a_emb_values.rank_1.world_size_2 has rows of 3, other ranks of 2") == true)
    }

    /// A rank past the number of ranks is no other rank's.
    @Test func moreRanksThanThereAreAreRefused() throws {
        for rank in [0, 5] {
            try write([Int64(rank)], module, "a_emb_keys.rank_\(rank).world_size_1")
            try write([Float(1)], module, "a_emb_values.rank_\(rank).world_size_1")
        }
        #expect(throws: SlipwayError.self) { try DynamicTables(checkpoint: folder.path) }
    }
}
