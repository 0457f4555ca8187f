extension ConfigFeature {
    /// Ways to give a table its size, in the order in which upstream looks at them.
    static let sizeFields = [
        "zch", "dynamicemb", "hash_bucket_size", "num_buckets", "vocab_list", "vocab_dict", "vocab_file", "boundaries",
    ]

    /// True when the feature is ids into a table, false when it is numbers.
    ///
    /// Id-like types always are; the others when something gives their table a size.
    var isSparse: Bool {
        switch kind {
        case "id_feature", "combo_feature", "bool_mask_feature", "tokenize_feature": return true
        default: return Self.sizeFields.contains(where: config.has)
        }
    }

    /// True for numbers that go through an autodis or MLP embedding.
    var isDenseEmbedded: Bool { !(isSequence && kind == "raw_feature") && config.set(of: "dense_emb") != nil }

    /// What gives the table its size, or nil when nothing does.
    var sizeField: String? { Self.sizeFields.first(where: config.has) }

    /// Rows of the table; nil when it has none or when a file says.
    var tableRows: UInt64? {
        switch sizeField {
        case "zch": return config.message("zch")?.unsigned("zch_size")
        case "dynamicemb": return config.message("dynamicemb")?.unsigned("max_capacity")
        case "hash_bucket_size": return config.unsigned("hash_bucket_size")
        case "num_buckets": return config.unsigned("num_buckets")
        case "vocab_list": return UInt64(config.count("vocab_list") + reservedRows)
        case "vocab_dict":
            let largest = config.messages("vocab_dict").map { $0.unsigned("value") }.max() ?? 0
            return largest == .max ? largest : largest + 1
        case "boundaries": return UInt64(config.count("boundaries") + 1)
        default: return nil
        }
    }

    /// A vocabulary list begins with the default value and the unknown word, unless the config says where those go.
    /// A match feature counts one row more.
    private var reservedRows: Int {
        (config.has("default_bucketize_value") ? 0 : 2) + (kind == "match_feature" ? 1 : 0)
    }
}
