import SlipwayCore
import Testing

@testable import SlipwayCheckpoint

@Suite struct ChunkCoverageTests {
    private func chunk(_ offsets: [Int], _ sizes: [Int], bytes: Int = 1 << 20) -> StoredChunk {
        StoredChunk(offsets: offsets, sizes: sizes, file: "f", bytes: 0..<bytes)
    }

    private func failure(_ chunks: [StoredChunk], _ shape: [Int]) -> SlipwayError? {
        #expect(throws: SlipwayError.self) { try ChunkCoverage.check(chunks, shape: shape, dtype: .f32) }
    }

    @Test func acceptsExactTilings() throws {
        try ChunkCoverage.check([chunk([], [])], shape: [], dtype: .f32)
        try ChunkCoverage.check([chunk([0, 0], [4, 3]), chunk([4, 0], [1, 3])], shape: [5, 3], dtype: .f32)
        try ChunkCoverage.check([chunk([0, 2], [5, 1]), chunk([0, 0], [5, 2])], shape: [5, 3], dtype: .f32)
        try ChunkCoverage.check([chunk([0, 0], [0, 3])], shape: [0, 3], dtype: .f32)
        try ChunkCoverage.check([], shape: [0, 3], dtype: .f32)
        // A rank that got no rows.
        try ChunkCoverage.check([chunk([0, 0], [2, 3]), chunk([2, 0], [0, 3])], shape: [2, 3], dtype: .f32)
    }

    @Test func namesMissingParts() {
        let rows = failure([chunk([0, 0], [2, 3]), chunk([3, 0], [2, 3])], [5, 3])
        #expect(rows?.message == "its chunks hold 12 of 15 elements: rows 2..<3 are missing")
        #expect(failure([chunk([0, 0], [2, 3])], [5, 3])?.message.contains("rows 2..<5 are missing") == true)
        #expect(failure([chunk([0, 0], [5, 2])], [5, 3])?.message.contains("part of its columns") == true)
        #expect(failure([], [5, 3])?.message.contains("0 of 15") == true)
        #expect(failure([], [])?.message.contains("0 of 1") == true)
    }

    @Test func namesOverlaps() {
        let error = failure([chunk([0, 0], [3, 3]), chunk([2, 0], [3, 3])], [5, 3])
        #expect(error?.message == "its chunks at [0, 0] of size [3, 3] and at [2, 0] of size [3, 3] overlap")
        // The same volume as the tensor, but one part twice and another not at all.
        #expect(
            failure([chunk([0, 0], [2, 2]), chunk([0, 0], [2, 2])], [2, 4])?.message.contains("overlap") == true)
        #expect(failure([chunk([], []), chunk([], [])], [])?.message.contains("overlap") == true)
    }

    @Test func refusesImpossibleChunks() {
        #expect(failure([chunk([1, 0], [5, 3])], [5, 3])?.message.contains("not inside") == true)
        #expect(failure([chunk([0], [5])], [5, 3])?.message.contains("not inside") == true)
        #expect(failure([chunk([.max, 0], [.max, 3])], [5, 3])?.message.contains("not inside") == true)
        #expect(failure([chunk([0, 0], [5, 3], bytes: 59)], [5, 3])?.message.contains("does not fit") == true)
    }

    @Test func boundsTheWork() {
        let columns = (0..<1500).map { chunk([0, $0], [2, 1]) }
        #expect(failure(columns, [2, 1500])?.code == .unsupported)
    }
}
