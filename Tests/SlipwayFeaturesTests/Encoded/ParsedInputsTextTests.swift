import SlipwayCore
import Testing

@testable import SlipwayFeatures

/// The lines that TorchEasyRec's own test of `dump_parsed_inputs` expects.
@Suite struct ParsedInputsTextTests {
    @Test func linesAreUpstreams() throws {
        let features: [(name: String, delimiter: String?)] = [
            ("f_cat_a", nil), ("f_tag_b", nil), ("f_int_b", nil), ("f_lookup_a", nil), ("click_seq__f_cat_a", ";"),
            ("click_seq__f_int_a", ";"), ("click_seq__f_tag_b", ";"),
        ]
        let slots = [
            InputSlot(name: "f_cat_a.values", element: .int64), InputSlot(name: "f_cat_a.lengths", element: .int32),
            InputSlot(name: "f_tag_b.values", element: .int64), InputSlot(name: "f_tag_b.lengths", element: .int32),
            InputSlot(name: "f_tag_b.weights", element: .float),
            InputSlot(name: "f_int_b.values", element: .float, width: 2),
            InputSlot(name: "f_lookup_a.values", element: .float),
            InputSlot(name: "click_seq__f_cat_a.values", element: .int64),
            InputSlot(name: "click_seq__f_cat_a.lengths", element: .int32),
            InputSlot(name: "click_seq__f_int_a.values", element: .float),
            InputSlot(name: "click_seq__f_int_a.lengths", element: .int32),
            InputSlot(name: "click_seq__f_tag_b.values", element: .int64),
            InputSlot(name: "click_seq__f_tag_b.lengths", element: .int32),
            InputSlot(name: "click_seq__f_tag_b.key_lengths", element: .int32),
        ]
        var inputs = InputBatch(slots: slots)
        inputs.rowCount = 3
        func set(_ name: String, ids: [Int64] = [], lengths: [Int32] = [], floats: [Float] = []) throws {
            let index = try #require(inputs.index(of: name))
            (inputs.buffers[index].int64, inputs.buffers[index].int32, inputs.buffers[index].float) = (
                ids, lengths, floats
            )
        }
        try set("f_cat_a.values", ids: [1, 2, 3])
        try set("f_cat_a.lengths", lengths: [1, 1, 1])
        try set("f_tag_b.values", ids: [5, 4, 6])
        try set("f_tag_b.lengths", lengths: [2, 0, 1])
        try set("f_tag_b.weights", floats: [0.2, 0.1, 0.3])
        try set("f_int_b.values", floats: [27, 37, 28, 38, 29, 39])
        try set("f_lookup_a.values", floats: [0.1, 0, 0.2])
        try set("click_seq__f_cat_a.values", ids: [10, 11, 12, 13, 0])
        try set("click_seq__f_cat_a.lengths", lengths: [3, 1, 1])
        try set("click_seq__f_int_a.values", floats: [14, 15, 16, 17, 0])
        try set("click_seq__f_int_a.lengths", lengths: [3, 1, 1])
        try set("click_seq__f_tag_b.values", ids: [17, 18, 19, 20, 21, 22, 0])
        try set("click_seq__f_tag_b.lengths", lengths: [3, 1, 1])
        try set("click_seq__f_tag_b.key_lengths", lengths: [2, 1, 2, 1, 1])
        #expect(
            try ParsedInputsText(features, slots: slots).lines(inputs) == [
                "f_cat_a:1 | f_tag_b:4:0.1,5:0.2 | f_int_b:27.0,37.0 | f_lookup_a:0.1 | click_seq__f_cat_a:10;11;12 | click_seq__f_int_a:14.0;15.0;16.0 | click_seq__f_tag_b:17,18;19;20,21",
                "f_cat_a:2 | f_tag_b: | f_int_b:28.0,38.0 | f_lookup_a:0.0 | click_seq__f_cat_a:13 | click_seq__f_int_a:17.0 | click_seq__f_tag_b:22",
                "f_cat_a:3 | f_tag_b:6:0.3 | f_int_b:29.0,39.0 | f_lookup_a:0.2 | click_seq__f_cat_a:0 | click_seq__f_int_a:0.0 | click_seq__f_tag_b:0",
            ])
    }

    @Test(
        arguments: [
            (0.1, "0.1"), (1e-5, "1e-05"), (123456.7, "123456.7"), (1e16, "1e+16"), (16_777_216, "16777216.0"),
            (-0.0, "-0.0"), (1e-4, "1e-04"), (1.5e-4, "0.00015"),
            (1_234_567, "1234567.0"), (9.9e15, "9900000000000000.0"),
            (.nan, "nan"), (-.infinity, "-inf"), (0.8204856, "0.8204856"),
        ] as [(Float, String)])
    func floatsAreNumpys(_ value: Float, _ text: String) {
        #expect(FloatText.numpy(value) == text)
    }
}
