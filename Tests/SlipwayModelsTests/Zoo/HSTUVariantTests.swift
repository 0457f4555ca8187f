import Testing

@testable import SlipwayModels

/// HSTU's options that no golden case has, each against TorchEasyRec's own model with random weights.
@Suite struct HSTUVariantTests {
    static let names = [
        "interleaved", "interleaving_off", "padded_content_without_time", "mlp_content_watch_times",
        "parameterized_sequence_context", "descending_window", "joined_context_semi_local", "truncated_own_prefix",
        "one_unnamed_channel", "match_plain", "match_descending_watch", "match_truncated",
    ]

    @Test(arguments: names) func scoresAreTorchEasyRecs(_ name: String) throws {
        let variant = try #require(try UpstreamVariant.load("hstu_variants")[name])
        #expect(try variant.largestDifference() < 5e-6)
    }

    @Test func everyVariantOfTheFixtureIsTested() throws {
        #expect(Set(try UpstreamVariant.load("hstu_variants").keys) == Set(Self.names))
    }
}
