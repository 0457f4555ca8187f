import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayCheckpoint

struct StoredPiecesTests {
    /// Shapes from the list of tensors that the training wrote beside the checkpoint.
    @Test func piecesOfATableOnTwoRanks() throws {
        let directory = try Fixture.path("two_rank_rowwise_deepfm/model.ckpt-9/model")
        let pieces = try DistributedCheckpoint.pieces(directory: directory)
        let prefix = "model.embedding_group.emb_impls.__BASE__.ebc.embedding_bags"
        let table = try #require(pieces["\(prefix).brand_emb.weight"]).sorted { $0.offsets[0] < $1.offsets[0] }
        #expect(table.map(\.offsets) == [[0, 0], [27, 0]])
        #expect(table.map(\.sizes) == [[27, 8], [26, 8]])
        #expect(Set(table.map(\.file)) == ["__0_0.distcp", "__1_0.distcp"])
        #expect(pieces["model.output_mlp.bias"]?.count == 1)
    }

    @Test func noMetadata() throws {
        let folder = try TemporaryFolder()
        #expect(throws: SlipwayError.self) { try DistributedCheckpoint.pieces(directory: folder.path) }
    }
}
