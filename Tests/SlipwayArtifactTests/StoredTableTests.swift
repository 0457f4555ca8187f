import SlipwayArtifact
import SlipwayCore
import SlipwayTestSupport
import Testing

@Suite struct StoredTableTests {
    @Test func holdsRows() throws {
        let table = try StoredTable(
            name: "t", dtype: .q8, rowCount: 3, width: 2, copying: ArtifactFixture.packedRows)
        #expect(table.rowStride == 6)
        #expect(Array(table.bytes) == ArtifactFixture.packedRows)
    }

    @Test(arguments: [
        (DType.i64, 1, 1, 8, "table t: i64 is no type of a table"),
        (.f32, 2, 2, 8, "table t: 2 rows of 8 bytes against 8 bytes"),
        (.f32, .max, 2, 8, "table t: \(Int.max) rows of 8 bytes against 8 bytes"),
        (.f32, 1, 3, 8, "table t: rows of 8 bytes cannot hold 3 elements of f32"),
        (.q8, 1, .max, 8, "table t: rows of 8 bytes cannot hold \(Int.max) elements of q8"),
        (.f32, -1, 2, 8, "table t: rows of 8 bytes cannot hold 2 elements of f32"),
    ])
    func refusesWrongSizes(dtype: DType, rows: Int, width: Int, stride: Int, message: String) throws {
        let error = try failure {
            _ = try StoredTable(
                name: "t", dtype: dtype, rowCount: rows, width: width, rowStride: stride,
                copying: [UInt8](repeating: 0, count: 8))
        }
        #expect(error.message == message)
    }

    @Test func refusesMisalignedRows() throws {
        let error = try failure {
            _ = try StoredTable(
                name: "t", dtype: .f32, rowCount: 2, width: 1, rowStride: 6, copying: [UInt8](repeating: 0, count: 12))
        }
        #expect(error.message == "table t: rows of f32 must begin on 4 bytes")
    }
}
