import SlipwayCore
import SlipwayGraph
import Testing

@testable import SlipwayInspect

struct FeatureRouteTests {
    @Test func routesLeadToTheFirstModulesBehindTheEmbeddingGroup() throws {
        let routes = FeatureRoute.routes(of: try InspectFixture.graph())
        try #require(routes.map(\.feature) == ["user", "item", "price"])
        // The second layer of the tower and what comes after it are behind the first module.
        #expect(routes[0].modules == ["deep_mlp"])
        #expect(routes[0].outputs == [])
        #expect(routes[0].pooling == "mean")
        #expect(routes[0].table == InspectFixture.module + "user_emb.weight")
        #expect(routes[0].width == 2)
        // Goes around the tower by the sum, and out by itself.
        #expect(routes[1].modules == ["deep_mlp", "output_mlp"])
        #expect(routes[1].outputs == ["item_vector"])
        #expect(routes[2].table == nil)
        #expect(routes[2].operation == "dense")
        #expect(routes[2].modules == ["deep_mlp"])
        #expect(routes[2].width == 1)
    }

    @Test func sequencesAndSharedTables() throws {
        var builder = GraphBuilder(name: "sequence")
        let table = try builder.table("model.embedding_group.ec_dict.4.embeddings.ids.weight", rows: 9, width: 4, dtype: .f16)
        for (group, expert) in [("a", "mmoe.experts.0"), ("b", "mmoe.experts.1")] {
            let ids = try builder.input("clicks.values", ValueType(.i64, [.symbol("N:clicks")]))
            let lengths = try builder.input("clicks.lengths", ValueType(.i32, [.batch]))
            let rows = try builder.add(EmbeddingLookup(feature: "clicks"), [Operand("table", table), Operand("ids", ids)])
            let pooled = try builder.add(
                SegmentReduce(mode: .mean), [Operand("values", rows), Operand("lengths", lengths)])
            builder.enter(scope: "\(expert).mlp.0")
            try builder.output(group, try builder.add(Unary(.relu), [Operand("input", pooled)]))
            builder.leaveScope()
        }
        let routes = FeatureRoute.routes(of: try builder.build())
        try #require(routes.count == 1)
        #expect(routes[0].operation == "embedding_lookup")
        #expect(routes[0].pooling == nil)
        #expect(routes[0].modules == ["mmoe.experts.0", "mmoe.experts.1"])
        let text = try #require(FeatureRoute.section(routes))
        #expect(text.contains("mmoe.experts.{0,1}"))
    }

    @Test func aFeatureThatFeedsNothing() throws {
        var builder = GraphBuilder(name: "loose")
        _ = try builder.input("x.values", ValueType(.f32, [.batch, .fixed(3)]))
        let routes = FeatureRoute.routes(of: try builder.build())
        #expect(routes.map(\.modules) == [[]])
        #expect(try #require(FeatureRoute.section(routes)).hasSuffix("nothing"))
    }
}
