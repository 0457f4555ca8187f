import Testing

@testable import SlipwayInspect

struct TableNameTests {
    @Test(arguments: [
        ("model.eg.ebc.embedding_bags.user_emb.weight", "user_emb", "model.eg.ebc.embedding_bags.*.weight"),
        ("model.eg.ebc.embedding_bags.a.b.weight", "a.b", "model.eg.ebc.embedding_bags.*.weight"),
        ("m.ec_dict.8.embeddings.ids.weight", "ids", "m.ec_dict.8.embeddings.*.weight"),
        ("model.other.weight", "other", "model.*.weight"),
        ("plain", "plain", "*"),
        ("", "", "*"),
    ])
    func shortNameAndModule(full: String, short: String, module: String) {
        let name = TableName(full)
        #expect(name.short == short)
        #expect(name.module == module)
        #expect(name.full == full)
    }

    @Test func tablesOfACheckpoint() {
        #expect(TableName.isTable("m.embedding_bags.a.weight", shape: [3, 2]))
        #expect(TableName.isTable("m.ec_dict.8.embeddings.a.weight", shape: [3, 8]))
        #expect(!TableName.isTable("m.embedding_bags.a.weight", shape: [3]))
        #expect(!TableName.isTable("m.mlp.0.weight", shape: [3, 2]))
        #expect(!TableName.isTable("m.embedding_bags.a._mch_counts", shape: [3, 2]))
    }
}
