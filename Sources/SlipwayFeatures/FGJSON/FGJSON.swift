import SlipwayCore

/// fg.json: what a feature generation engine runs, shipped beside an exported model.
///
/// Source: `create_fg_json` in `tzrec/features/feature.py` and `tzrec/tools/create_fg_json.py`.
public enum FGJSON {
    /// The features in order; a sequence group stands once, where its first feature does, and holds all of them.
    ///
    /// - Parameters:
    ///   - removeBucketizer: leave out what turns values into ids.
    ///   - reserves: columns to pass through; none leaves the key out.
    ///   - assets: copies whose names replace the config's paths.
    public static func make(
        _ features: FeatureSet, removeBucketizer: Bool = false, reserves: [String] = [], assets: AssetCopies? = nil
    ) throws -> JSONObject {
        var results: [(object: JSONObject, inner: [JSONValue]?)] = []
        var groups: [String: Int] = [:]
        for feature in features.features {
            var entries = try withContext("feature \(feature.name)") {
                try feature.type.pointing(to: assets, folder: nil).fgEntries()
            }
            if removeBucketizer { entries = entries.map(withoutBucketizer) }
            guard let sequence = feature.sequence, let name = sequence.groupName else {
                results += entries.map { ($0, nil) }
                continue
            }
            let place = groups[name] ?? results.count
            if place == results.count {
                groups[name] = place
                results.append((header(name, sequence), []))
            }
            results[place].inner?.append(contentsOf: entries.map { .object($0) })
        }
        let values = results.map { result -> JSONValue in
            var object = result.object
            if let inner = result.inner { object["features"] = .array(inner) }
            return .object(object)
        }
        var root = JSONObject([("features", .array(values))])
        if !reserves.isEmpty { root["reserves"] = .strings(reserves) }
        return root
    }

    /// `make` as the text of a file, four spaces an indent.
    public static func text(
        _ features: FeatureSet, removeBucketizer: Bool = false, reserves: [String] = [], assets: AssetCopies? = nil
    ) throws -> String {
        let root = try make(features, removeBucketizer: removeBucketizer, reserves: reserves, assets: assets)
        return JSONWriter.text(.object(root))
    }

    private static func header(_ name: String, _ sequence: SequenceFacts) -> JSONObject {
        JSONObject([
            ("sequence_name", .string(name)), ("sequence_length", .integer(sequence.length)),
            ("sequence_delim", .string(sequence.delimiter)),
            ("sequence_pk", .string(sequence.primaryKey ?? "user:\(name)")),
        ])
    }

    private static let bucketizerKeys = ["hash_bucket_size", "vocab_dict", "vocab_list", "boundaries", "num_buckets"]

    /// A tokenizer's vocabulary is no bucketizer, but upstream tells one only by the plain `feature_type`.
    private static func withoutBucketizer(_ entry: JSONObject) -> JSONObject {
        var entry = entry
        for key in bucketizerKeys { entry[key] = nil }
        if entry["feature_type"] != .string(TokenizeFeature.typeName) { entry["vocab_file"] = nil }
        return entry
    }
}

extension FeatureType {
    /// This feature with its asset fields naming the copies.
    ///
    /// - Parameter folder: what `asset_dir` becomes; nil clears it.
    func pointing(to copies: AssetCopies?, folder: String?) -> Self {
        guard let copies, !assets.isEmpty else { return self }
        var copy = self
        for asset in assets {
            if let name = copies.name(asset.field, of: name) { copy.setAsset(asset.field, to: name) }
        }
        copy.setAssetDirectory(folder)
        return copy
    }
}
