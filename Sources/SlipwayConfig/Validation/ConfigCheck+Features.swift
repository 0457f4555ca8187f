extension ConfigCheck {
    mutating func checkFeatures() {
        for (index, wrapper) in root.messages("feature_configs").enumerated() where wrapper.set(of: "feature") == nil {
            error("feature_configs[\(index)] names no feature type", fix: "put an id_feature, raw_feature, … in it")
        }
        var places: [String: String] = [:]
        for feature in features {
            if let earlier = places[feature.name] {
                error(
                    "feature `\(feature.name)` is defined twice, at \(earlier) and \(feature.path)",
                    fix: "rename or remove one")
            }
            places[feature.name] = feature.path
        }
        let used = usedNames
        for feature in features {
            checkValues(of: feature)
            checkInputs(of: feature)
            if used.contains(feature.name) { checkTable(of: feature) }
        }
    }

    /// Settings that are wrong wherever the feature is used.
    private mutating func checkValues(of feature: ConfigFeature) {
        let config = feature.config
        let boundaries = config.floats("boundaries")
        if let place = boundaries.indices.dropFirst().first(where: { !(boundaries[$0 - 1] < boundaries[$0]) }) {
            error(
                "feature `\(feature.name)`: boundaries do not ascend: \(NumberText.float(boundaries[place - 1])) "
                    + "before \(NumberText.float(boundaries[place]))", fix: "sort them and drop repeats")
        } else if boundaries.contains(where: \.isNaN) {
            error("feature `\(feature.name)`: a boundary is not a number", fix: "remove it")
        }
        if config.schema.field(named: "pooling") != nil {
            let pooling = config.text("pooling")
            if !["SUM", "MEAN"].contains(pooling.uppercased()) {
                error("feature `\(feature.name)`: pooling `\(pooling)` is unknown", fix: "use sum or mean")
            }
        }
        if feature.kind == "raw_feature", config.has("value_dim"), config.unsigned("value_dim") == 0,
            !feature.isSparse
        {
            error("raw feature `\(feature.name)`: value_dim is 0", fix: "give the number of values a row has")
        }
        checkVocabulary(of: feature)
    }

    private mutating func checkVocabulary(of feature: ConfigFeature) {
        let config = feature.config
        let words = config.texts("vocab_list")
        let isGiven = config.has("default_bucketize_value")
        if !words.isEmpty, isGiven, config.unsigned("default_bucketize_value") >= UInt64(words.count) {
            error(
                "feature `\(feature.name)`: default_bucketize_value \(config.unsigned("default_bucketize_value")) is "
                    + "outside its vocab_list of \(words.count)", fix: "use 0 to \(words.count - 1)")
        }
        if config.has("vocab_file"), feature.kind != "tokenize_feature", !isGiven {
            error(
                "feature `\(feature.name)`: vocab_file needs default_bucketize_value",
                fix: "set the id that unknown words get")
        }
        if Set(words).count < words.count {
            warn("feature `\(feature.name)`: vocab_list repeats a word", at: feature.path)
        }
    }

    /// Inputs that only feature generation reads: rows that went through it have a column of the feature's name.
    private mutating func checkInputs(of feature: ConfigFeature) {
        let mode = root.message("data_config")?.enumNumber("fg_mode")
        guard mode == Int32(TzrecFgMode.fgNormal.rawValue) || mode == Int32(TzrecFgMode.fgDag.rawValue) else { return }
        let known: Set<String> = ["feature_name", "embedding_dim"]
        for field in feature.config.schema.fields
        where field.label == .required && !known.contains(field.name) && !feature.config.has(field) {
            error(
                "feature `\(feature.name)`: `\(field.name)` is missing, and fg_mode asks for feature generation",
                fix: "set it, or set data_config.fg_mode to FG_NONE")
        }
    }

    private mutating func checkTable(of feature: ConfigFeature) {
        let config = feature.config
        guard feature.isSparse || feature.isDenseEmbedded else { return }
        if config.schema.field(named: "embedding_dim") != nil, config.unsigned("embedding_dim") == 0 {
            error("feature `\(feature.name)` has an embedding but no embedding_dim", fix: "set embedding_dim above 0")
        }
        guard feature.isSparse else { return }
        guard let size = feature.sizeField else {
            error(
                "feature `\(feature.name)`: nothing gives its table a size",
                fix: "set one of hash_bucket_size, num_buckets, vocab_list, vocab_dict, vocab_file, zch, dynamicemb")
            return
        }
        if let rows = feature.tableRows, rows == 0 {
            error("feature `\(feature.name)`: \(size) gives its table no rows", fix: "set it above 0")
        }
    }
}
