import SlipwayCore

extension FeatureType {
    package func fgEntries() throws -> [JSONObject] { withSequenceKeys(try ownEntries()) }

    /// Entries with what a sequence adds: a default everywhere, and for standalone ones the delimiter, the length and
    /// the `sequence_` prefix.
    func withSequenceKeys(_ entries: [JSONObject]) -> [JSONObject] {
        guard isSequence else { return entries }
        return entries.map { entry in
            var entry = entry
            if entry["default_value"] == nil || entry["default_value"] == "" { entry["default_value"] = "0" }
            if !isGrouped {
                addStandaloneSequence(to: &entry)
                if case .string(let type) = entry["feature_type"] {
                    entry["feature_type"] = .string("sequence_" + type)
                }
            }
            return entry
        }
    }

    func addStandaloneSequence(to entry: inout JSONObject) {
        entry["sequence_delim"] = .string(config.sequenceDelim)
        entry["sequence_length"] = .integer(Int(config.sequenceLength))
    }

    /// The first two keys of an entry.
    func entry(_ type: String? = nil, name: String? = nil) -> JSONObject {
        JSONObject([
            ("feature_type", .string(type ?? Self.typeName)), ("feature_name", .string(name ?? config.featureName)),
        ])
    }

    /// Adds `separator` unless it is the engine's own.
    func addSeparator(_ separator: String, to entry: inout JSONObject) {
        if separator != "\u{1d}" { entry["separator"] = .string(separator) }
    }

    /// Adds `boundaries` when there are any.
    func addBoundaries(to entry: inout JSONObject) {
        if !boundaries.isEmpty { entry["boundaries"] = .floats(boundaries) }
    }

    /// The end of most entries: `stub_type` when stated, and the group's `sequence_fields`.
    func addTail(to entry: inout JSONObject) {
        if config.hasStubType { entry["stub_type"] = .bool(config.stubType) }
        addSequenceFields(to: &entry)
    }

    func addSequenceFields(to entry: inout JSONObject) {
        if isGrouped, !config.sequenceFields.isEmpty {
            entry["sequence_fields"] = .strings(config.sequenceFields)
        }
    }
}
