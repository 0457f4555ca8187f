import SlipwayCore
import Testing

@testable import SlipwayFeatures

@Suite struct UserSideTests {
    private func combo(_ name: String, _ inputs: String...) -> String {
        let lines = inputs.map { "expression: \"\($0)\"" }.joined(separator: " ")
        return "combo_feature { feature_name: \"\(name)\" embedding_dim: 4 hash_bucket_size: 9 \(lines) }"
    }

    private func users(_ texts: [String]) throws -> [String] {
        var configs: [FeatureSpec] = []
        for text in texts { configs += try Configs.features(text).features }
        UserSide.mark(&configs)
        return configs.filter(\.isUserFeature).map(\.name)
    }

    @Test func withoutFeatureInputsEveryInputMustBeUser() throws {
        #expect(
            try users([combo("a", "user:x", "user:y"), combo("b", "user:x", "const:1"), combo("c", "context:x")]) == [
                "a"
            ])
    }

    @Test func withFeatureInputsLeavesDecideAndConstantsAreNeutral() throws {
        let texts = [
            combo("a", "user:x", "const:1"), combo("b", "feature:a", "user:y"), combo("c", "feature:b", "item:z"),
            combo("d", "feature:c"), combo("e", "feature:nothing"),
        ]
        #expect(try users(texts) == ["a", "b"])
    }

    @Test func cyclesAreNotUserSide() throws {
        #expect(try users([combo("a", "feature:b"), combo("b", "feature:a")]).isEmpty)
    }

    @Test func siblingsOfAGroupComeFirst() throws {
        let group = """
            sequence_feature { sequence_name: "s" sequence_delim: ";"
              features { raw_feature { feature_name: "x" expression: "item:x" } }
              features { raw_feature { feature_name: "y" expression: "feature:x" } } }
            """
        #expect(try users([group, "raw_feature { feature_name: \"x\" expression: \"item:x\" }"]) == ["s__x", "s__y"])
    }
}
