import Testing

@testable import SlipwayConfig

@Suite struct TextPrinterTests {
    /// The right side by Python's `text_format.MessageToString(message, as_utf8=True)`.
    @Test func escapesAsPythonDoes() throws {
        var data = TzrecDataConfig()
        data.labelFields = ["\"'\\\n\t\r\u{1}\u{7F}é漢😀"]
        #expect(
            try PipelineConfig.text(of: data) == #"label_fields: "\"\'\\\n\t\r\001\177é漢😀""# + "\n")
    }

    @Test func sortsMapsAndFields() throws {
        var feature = TzrecIdFeature()
        feature.vocabDict = ["b": 1, "a": 2, "é": 3, "Z": 4]
        feature.embeddingDim = 8
        feature.featureName = "f"
        #expect(
            try PipelineConfig.text(of: feature) == """
                feature_name: "f"
                embedding_dim: 8
                vocab_dict {
                  key: "Z"
                  value: 4
                }
                vocab_dict {
                  key: "a"
                  value: 2
                }
                vocab_dict {
                  key: "b"
                  value: 1
                }
                vocab_dict {
                  key: "é"
                  value: 3
                }

                """)
    }
}
