import SlipwayCore
import SlipwayFeatureEngine

/// A realistic feature config and rows for it: 60 user and 60 item features, 6 sequences of 50 steps, 10 combinations and 10
/// lookups; or 40 plain features for offline rows.
struct FeatureWorkload {
    let json: String
    let columns: [(name: String, column: Column)]
    let rows: Int

    /// One user, `candidates` items.
    static func request(candidates: Int) -> FeatureWorkload {
        var random = SystemRandomNumberGenerator()
        var features: [String] = []
        var columns: [(name: String, column: Column)] = []
        for side in ["user", "item"] {
            let count = side == "user" ? 1 : candidates
            for index in 0..<60 {
                let name = "\(side)_\(index)"
                let (bucketizer, column) = plain(index, count, &random)
                let type = index % 6 < 4 ? "id_feature" : "raw_feature"
                features.append(entry(type, name, "\(side):\(name)", bucketizer))
                columns.append((name, column))
            }
        }
        for index in 0..<6 {
            let inner = entry("id_feature", "item", "item:id", "\"hash_bucket_size\": 1000000, \"value_dim\": 1")
            features.append(
                "{\"sequence_name\": \"seq\(index)\", \"sequence_length\": 50, \"sequence_delim\": \";\", "
                    + "\"features\": [\(inner)]}")
            let steps = (0..<50).map { _ in word("item", &random) }
            columns.append(
                index % 2 == 0
                    ? ("seq\(index)__id", .string([steps.joined(separator: ";")]))
                    : ("seq\(index)__id", .list(lengths: [50], child: .string(steps))))
        }
        for index in 0..<10 {
            features.append(
                "{\"feature_type\": \"combo_feature\", \"feature_name\": \"combo_\(index)\", \"default_value\": \"\", "
                    + "\"expression\": [\"user:user_\(index * 6)\", \"item:item_\(index * 6)\"], \"value_dim\": 0, "
                    + "\"hash_bucket_size\": 1000000}")
            features.append(
                "{\"feature_type\": \"lookup_feature\", \"feature_name\": \"lookup_\(index)\", \"default_value\": \"0\", "
                    + "\"map\": \"user:map_\(index)\", \"key\": \"item:item_\(index * 6)\", \"combiner\": \"sum\", "
                    + "\"value_type\": \"float\", \"boundaries\": [0.1, 0.2, 0.5, 1, 2, 5]}")
            let pairs = (0..<50).map { _ in "\(word("value", &random)):\(Double.random(in: 0..<5, using: &random))" }
            columns.append(("map_\(index)", .string([pairs.joined(separator: "\u{1d}")])))
        }
        return FeatureWorkload(
            json: "{\"features\": [\(features.joined(separator: ","))]}", columns: columns, rows: candidates)
    }

    /// 40 plain features: 24 ids of text, 8 ids of numbers, 8 numbers.
    static func offline(rows: Int) -> FeatureWorkload {
        var random = SystemRandomNumberGenerator()
        var features: [String] = []
        var columns: [(name: String, column: Column)] = []
        for index in 0..<40 {
            let name = "f\(index)"
            let kind = index % 5
            let isRaw = kind == 4
            features.append(
                entry(
                    isRaw ? "raw_feature" : "id_feature", name, "item:\(name)",
                    isRaw ? "" : "\"hash_bucket_size\": 1000000"))
            switch kind {
            case 3:
                let values = (0..<rows).map { _ in Int64.random(in: 0..<10_000_000, using: &random) }
                columns.append((name, .int64(values)))
            case 4: columns.append((name, .double((0..<rows).map { _ in Double.random(in: 0..<100, using: &random) })))
            default: columns.append((name, .string((0..<rows).map { _ in word("value", &random) })))
            }
        }
        return FeatureWorkload(
            json: "{\"features\": [\(features.joined(separator: ","))]}", columns: columns, rows: rows)
    }

    private static func plain(
        _ index: Int, _ count: Int, _ random: inout SystemRandomNumberGenerator
    ) -> (bucketizer: String, column: Column) {
        let vocabulary = (0..<100).map { "\"value_\($0)\"" }.joined(separator: ", ")
        switch index % 6 {
        case 0, 1: return ("\"hash_bucket_size\": 1000000", .string((0..<count).map { _ in word("value", &random) }))
        case 2:
            return (
                "\"num_buckets\": 100000",
                .int64((0..<count).map { _ in Int64.random(in: 0..<100_000, using: &random) })
            )
        case 3:
            let words = (0..<count).map { _ in "value_\(Int.random(in: 0..<120, using: &random))" }
            return ("\"vocab_list\": [\(vocabulary)], \"default_bucketize_value\": 0", .string(words))
        case 4:
            return (
                "\"boundaries\": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]",
                .float((0..<count).map { _ in Float.random(in: 0..<1, using: &random) })
            )
        default:
            return (
                "\"normalizer\": \"method=log10,threshold=1e-10,default=-10\"",
                .string((0..<count).map { _ in Double.random(in: 0..<100, using: &random).description })
            )
        }
    }

    private static func word(_ stem: String, _ random: inout SystemRandomNumberGenerator) -> String {
        "\(stem)_\(Int.random(in: 0..<10_000_000, using: &random))"
    }

    private static func entry(_ type: String, _ name: String, _ expression: String, _ more: String) -> String {
        "{\"feature_type\": \"\(type)\", \"feature_name\": \"\(name)\", \"default_value\": \"0\", "
            + "\"expression\": \"\(expression)\"\(more.isEmpty ? "" : ", ")\(more)}"
    }
}
