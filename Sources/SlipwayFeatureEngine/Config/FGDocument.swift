import SlipwayCore

/// The features of an fg.json in order, groups expanded.
package struct FGDocument: Sendable {
    package let entries: [FGEntry]
    /// Columns to pass through, as `slipway fg create-json --reserves` states them.
    let reserves: [String]

    package init(json: [UInt8]) throws {
        let root = try JSONNode.read(json, called: "fg.json")
        guard case .array(let features)? = root["features"] else {
            throw SlipwayError(
                .invalidConfig, "fg.json has no list \"features\"", fix: "write it with slipway fg create-json")
        }
        var entries: [FGEntry] = []
        for feature in features {
            guard let sequence = feature["sequence_name"] else {
                entries.append(try FGEntry(feature, group: nil))
                continue
            }
            guard case .text(let name) = sequence, !name.isEmpty, case .array(let inner)? = feature["features"] else {
                throw SlipwayError(
                    .invalidConfig, "fg.json: a sequence group has no sequence_name or no features",
                    fix: "state both")
            }
            let group = try Self.group(feature, name)
            entries += try inner.map { try FGEntry($0, group: group) }
        }
        var names: Set<String> = []
        for entry in entries where !names.insert(entry.name).inserted {
            throw FGError.field(entry.name, "feature_name", "is there twice", fix: "give each feature its own name")
        }
        self.entries = entries
        var reserves: [String] = []
        if case .array(let listed)? = root["reserves"] {
            for case .text(let column) in listed { reserves.append(column) }
        }
        self.reserves = reserves
    }

    private static func group(_ node: JSONNode, _ name: String) throws -> FGEntry.SequenceGroup {
        var delimiter = ";"
        switch node["sequence_delim"] {
        case nil: break
        case .text(let text)? where !text.isEmpty: delimiter = text
        default:
            throw FGError.field(name, "sequence_delim", "is empty or no text", fix: "set the text between two steps")
        }
        let length = node["sequence_length"].map { $0.int64 ?? -1 } ?? 0
        guard (0...Int64(Int32.max)).contains(length) else {
            throw FGError.field(name, "sequence_length", "is no length", fix: "use 0 or the most steps to keep")
        }
        var key: String?
        if case .text(let text)? = node["sequence_pk"] { key = text }
        return .init(name: name, length: Int(length), delimiter: delimiter, primaryKey: key)
    }
}
