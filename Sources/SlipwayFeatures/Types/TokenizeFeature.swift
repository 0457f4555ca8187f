package import SlipwayConfig

/// The token ids of a text. Source: `tzrec/features/tokenize_feature.py`.
package struct TokenizeFeature: FeatureType {
    package typealias Message = TzrecTokenizeFeature

    package static let typeName = "tokenize_feature"
    package static let hasSingleInput = true

    package var config: Message
    package let placement: FeaturePlacement

    /// `tokens_as_sequence` makes a plain feature a sequence; a `sequence_tokenize_feature` cannot have it.
    package init(config: Message, placement: FeaturePlacement) throws {
        self.config = config
        var placement = placement
        if config.tokensAsSequence {
            guard !placement.isSequence || placement.group != nil else {
                throw FeatureError.config(
                    config.featureName, "tokens_as_sequence", "is set in a sequence_tokenize_feature",
                    fix: "make it a tokenize_feature")
            }
            placement.isSequence = true
        }
        self.placement = placement
        guard Self.tokenizers.contains(config.tokenizerType) else {
            throw FeatureError.config(
                name, "tokenizer_type", "is \"\(config.tokenizerType)\"", fix: "use bpe or sentencepiece")
        }
    }

    private static let tokenizers: Set<String> = ["bpe", "sentencepiece"]

    package static func message(in config: TopLevel) -> (message: Message, isSequence: Bool)? {
        switch config {
        case .tokenizeFeature(let message): return (message, false)
        case .sequenceTokenizeFeature(let message): return (message, true)
        default: return nil
        }
    }

    package static func message(in config: Grouped) -> Message? {
        if case .tokenizeFeature(let message) = config { return message }
        return nil
    }

    package static func topLevel(_ message: Message, isSequence: Bool) -> TopLevel {
        isSequence && !message.tokensAsSequence ? .sequenceTokenizeFeature(message) : .tokenizeFeature(message)
    }

    package static func grouped(_ message: Message) -> Grouped { .tokenizeFeature(message) }

    package var inputExpressions: [String]? { config.hasExpression ? [config.expression] : nil }
    package var isSparse: Bool { true }
    package var valueDim: Int { config.tokensAsSequence ? 1 : 0 }
    package var outputDim: Int { Int(config.embeddingDim) }
    package var readsStepsAsValues: Bool { config.tokensAsSequence }

    /// Rows are the tokenizer's vocabulary, added tokens included.
    package func numEmbeddings() throws -> Int {
        guard let path = vocabFile else {
            throw FeatureError.config(name, "vocab_file", "is not set", fix: "name the tokenizer's file")
        }
        return config.tokenizerType == "bpe"
            ? try TokenizerFile.bpeRows(path, feature: name) : try TokenizerFile.sentencePieceRows(path, feature: name)
    }

    private var vocabFile: String? { config.vocabFile.isEmpty ? nil : inAssetDirectory(config.vocabFile) }

    private var stopCharFile: String? {
        guard config.hasTextNormalizer, !config.textNormalizer.stopCharFile.isEmpty else { return nil }
        return inAssetDirectory(config.textNormalizer.stopCharFile)
    }

    private func inAssetDirectory(_ path: String) -> String {
        config.hasAssetDir ? AssetPath.join(config.assetDir, path) : path
    }

    package func ownEntries() -> [JSONObject] {
        let normalizer = config.hasTextNormalizer ? normalizerEntry(config.textNormalizer) : nil
        var entry = entry()
        entry["default_value"] = .string(defaultValue)
        entry["vocab_file"] = .string(vocabFile ?? "")
        entry["expression"] = .string(normalizer == nil ? config.expression : "feature:" + normalizerName)
        entry["tokenizer_type"] = .string(config.tokenizerType)
        entry["output_type"] = "word_id"
        if config.hasStubType { entry["stub_type"] = .bool(config.stubType) }
        guard let normalizer else {
            addSequenceFields(to: &entry)
            return [entry]
        }
        if isGrouped { entry["sequence_fields"] = .strings([normalizerName]) }
        return [normalizer, entry]
    }

    private var normalizerName: String { config.featureName + "__text_norm" }

    private func normalizerEntry(_ normalizer: TzrecTextNormalizer) -> JSONObject {
        var entry = entry("text_normalizer", name: normalizerName)
        entry["expression"] = .string(config.expression)
        entry["is_gbk_input"] = false
        entry["is_gbk_output"] = false
        entry["stub_type"] = true
        if normalizer.hasMaxLength { entry["max_length"] = .integer(Int(normalizer.maxLength)) }
        if let stopCharFile { entry["stop_char_file"] = .string(stopCharFile) }
        if !normalizer.normOptions.isEmpty {
            if normalizer.normOptions.contains(.textRemoveSpace) { entry["remove_space"] = true }
            entry["parameter"] = .integer(normalizer.normOptions.reduce(0) { $0 + (Self.bits[$1] ?? 0) })
        }
        addSequenceFields(to: &entry)
        return entry
    }

    private static let bits: [TzrecTextNormalizeOption: Int] = [
        .textLower2Upper: 2, .textUpper2Lower: 4, .textSbc2Dbc: 8, .textCht2Chs: 16, .textFilter: 32,
        .textSplitchrs: 512,
    ]

    /// With `tokens_as_sequence` the engine sees a plain feature; the tokens become steps afterwards.
    package func fgEntries() throws -> [JSONObject] {
        guard config.tokensAsSequence else { return withSequenceKeys(ownEntries()) }
        return ownEntries().map { entry in
            var entry = entry
            if entry["feature_type"] == .string(Self.typeName), entry["default_value"] == "" {
                entry["default_value"] = "0"
            }
            return entry
        }
    }

    package var assets: [FeatureAsset] {
        [
            vocabFile.map { FeatureAsset(field: .vocabFile, path: $0) },
            stopCharFile.map { FeatureAsset(field: .stopCharFile, path: $0) },
        ].compactMap { $0 }
    }

    package mutating func setAsset(_ field: FeatureAsset.Field, to path: String) {
        switch field {
        case .vocabFile: config.vocabFile = path
        case .stopCharFile: config.textNormalizer.stopCharFile = path
        case .operatorLibFile: break
        }
    }

    package mutating func setAssetDirectory(_ path: String?) {
        if let path { config.assetDir = path } else { config.clearAssetDir() }
    }
}
