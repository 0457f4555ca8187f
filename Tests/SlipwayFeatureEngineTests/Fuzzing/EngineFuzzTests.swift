import Foundation
import SlipwayCore
import SlipwayFeatureFixtures
import SlipwayTestSupport
import Testing

@testable import SlipwayFeatureEngine

/// Random values through every kind of feature, and damaged configs and tokenizers: never a crash, and outputs that hold together.
@Suite struct EngineFuzzTests {
    private static let folder = Bundle.module.resourceURL?.appendingPathComponent("Fixtures").path ?? ""

    /// Entries without name and sequence keys; inputs are columns x, y, z.
    private static let bodies: [(type: String, keys: String)] = [
        ("id_feature", "\"expression\": \"user:x\", \"hash_bucket_size\": 50, \"value_dim\": 0"),
        (
            "id_feature",
            "\"expression\": \"item:x\", \"num_buckets\": 10, \"weighted\": true, \"default_value\": \"3\", \"value_dim\": 0"
        ),
        (
            "id_feature",
            "\"expression\": \"item:x\", \"vocab_list\": [\"a\", \"1\", \"\"], \"default_bucketize_value\": 0, \"value_dim\": 2"
        ),
        ("id_feature", "\"expression\": \"const:4\", \"vocab_dict\": {\"a\": 1}, \"default_bucketize_value\": 2"),
        ("raw_feature", "\"expression\": \"user:x\", \"default_value\": \"1\", \"normalizer\": \"method=log10\""),
        ("raw_feature", "\"expression\": \"user:x\", \"value_dim\": 3, \"default_value\": \"0\", \"separator\": \"|\""),
        ("raw_feature", "\"expression\": \"user:x\", \"default_value\": \"\", \"boundaries\": [0, 1, 2]"),
        (
            "combo_feature",
            "\"expression\": [\"user:x\", \"item:y\", \"context:z\"], \"hash_bucket_size\": 50, \"value_dim\": 0"
        ),
        (
            "lookup_feature",
            "\"map\": \"user:x\", \"key\": \"item:y\", \"combiner\": \"gap_max\", \"value_type\": \"float\", \"default_value\": \"0\""
        ),
        (
            "lookup_feature",
            "\"map\": \"user:x\", \"key\": \"item:y\", \"combiner\": \"\", \"value_type\": \"string\", \"needDiscrete\": true, \"needKey\": true, \"hash_bucket_size\": 50"
        ),
        (
            "match_feature",
            "\"user\": \"user:x\", \"category\": \"item:y\", \"item\": \"ALL\", \"value_type\": \"float\", \"default_value\": \"0\""
        ),
        (
            "match_feature",
            "\"user\": \"user:x\", \"category\": \"ALL\", \"item\": \"item:z\", \"value_type\": \"string\", \"needDiscrete\": true, \"show_item\": true, \"num_buckets\": 9"
        ),
        (
            "expr_feature",
            "\"variables\": [\"user:x\", \"item:y\"], \"expression\": \"x > 0 ? x ^ y : corr(x, y) | 3\", \"default_value\": \"0\""
        ),
        (
            "expr_feature",
            "\"variables\": [\"user:x\", \"item:y\"], \"expression\": \"haversine(x, y, 1, 2) + mod(x, y) + len(x)\", \"default_value\": \"\", \"boundaries\": [1], \"value_dim\": 0"
        ),
        ("overlap_feature", "\"query\": \"user:x\", \"title\": \"item:y\", \"method\": \"proximity_min_cover\""),
        (
            "overlap_feature",
            "\"query\": \"user:x\", \"title\": \"item:y\", \"method\": \"proximity_avg_dist\", \"boundaries\": [1]"
        ),
        ("overlap_feature", "\"query\": \"user:x\", \"title\": \"item:y\", \"method\": \"index_of\""),
        ("tokenize_feature", "\"expression\": \"user:x\", \"vocab_file\": \"bpe.json\", \"default_value\": \"a\""),
        (
            "tokenize_feature",
            "\"expression\": \"user:x\", \"vocab_file\": \"unigram_bytes.model\", \"tokenizer_type\": \"sentencepiece\""
        ),
        (
            "tokenize_feature",
            "\"expression\": \"user:x\", \"vocab_file\": \"pieces_bpe.model\", \"tokenizer_type\": \"sentencepiece\""
        ),
        ("text_normalizer", "\"expression\": \"user:x\", \"parameter\": 570, \"remove_space\": true"),
        (
            "kv_dot_product",
            "\"query\": \"user:x\", \"document\": \"item:y\", \"separator\": \"|\", \"default_value\": \"\""
        ),
        ("bool_mask_feature", "\"expression\": [\"user:x\", \"item:y\"], \"separator\": \",\", \"num_buckets\": 50"),
        (
            "combine_feature",
            "\"expression\": \"user:x\", \"combiner\": \"mean\", \"value_type\": \"int64\", \"num_buckets\": 50, \"default_value\": \"0\""
        ),
        (
            "combine_feature",
            "\"expression\": \"user:x\", \"combiner\": \"gap_min\", \"value_map\": {\"a\": 1, \"b\": 2}, \"default_value\": \"0\""
        ),
        (
            "regex_replace_feature",
            "\"expression\": \"user:x\", \"regex_pattern\": [\"(a|1)+\", \".\"], \"replacement\": \"b\", \"hash_bucket_size\": 50"
        ),
        (
            "custom_feature",
            "\"expression\": [\"user:x\", \"item:y\"], \"operator_name\": \"EditDistance\", \"default_value\": \"0\""
        ),
        (
            "custom_feature",
            "\"expression\": [\"user:x\", \"item:y\"], \"operator_name\": \"SeqExpr\", \"formula\": \"x-y\", \"default_value\": \"0\", \"is_sequence\": true"
        ),
    ]

    private static func document(_ index: Int, _ random: inout SplitMix) -> String {
        let (type, keys) = bodies[index % bodies.count]
        let body = "\"feature_name\": \"f\", \(keys)"
        switch random.next() % 3 {
        case 0: return "{\"features\": [{\"feature_type\": \"\(type)\", \(body)}]}"
        case 1:
            let steps = "\"sequence_delim\": \";\", \"sequence_length\": \(random.next() % 4)"
            return "{\"features\": [{\"feature_type\": \"sequence_\(type)\", \(body), \(steps)}]}"
        default:
            return
                "{\"features\": [{\"sequence_name\": \"s\", \"sequence_length\": 3, \"sequence_delim\": \";\", \"features\": [{\"feature_type\": \"\(type)\", \(body)}, {\"feature_type\": \"id_feature\", \"feature_name\": \"r\", \"expression\": \"feature:f\", \"num_buckets\": 9, \"default_value\": \"0\"}]}, {\"feature_type\": \"id_feature\", \"feature_name\": \"g\", \"expression\": \"feature:s__f\", \"hash_bucket_size\": 9}]}"
        }
    }

    @Test func valuesNeverCrash() throws {
        let count = Fuzz.count(1000)
        var random = SplitMix(state: Fuzz.seed(17))
        var values = 0
        for index in 0..<count {
            let json = Self.document(index, &random)
            let mode: FeatureEngine.Mode = [.dag, .dag, .normal, .bucketizeOnly][Int(random.next() % 4)]
            let engine = try FeatureEngine(
                json: Array(json.utf8),
                options: .init(mode: mode, hash: random.next() % 2 == 0 ? .murmur : .farm, assetDirectory: Self.folder))
            let session = FeatureSession(engine)
            var inputs = InputBatch(slots: engine.slots)
            for _ in 0..<2 {
                let rows = Int(random.next() % 5)
                let columns = engine.columns.map { column in
                    (name: column.name, column: RandomColumn.make(rows: random.next() % 4 == 0 ? 1 : rows, &random))
                }
                try session.run(
                    ColumnBatch(rowCount: rows, columns: columns), into: &inputs,
                    userRows: random.next() % 2 == 0 ? .single : .perCandidate)
                Self.check(engine, inputs, "\(json) mutant \(index)")
                values += rows * columns.count
            }
        }
        Fuzz.report("feature values", max(values, count))
    }

    /// Records what is wrong with an output; plain conditions, because millions of expectations would fill the memory.
    private static func check(_ engine: FeatureEngine, _ inputs: InputBatch, _ place: String) {
        for feature in engine.featureNames {
            if let problem = problem(of: feature, engine, inputs) {
                Issue.record(Comment(rawValue: "\(place), \(feature): \(problem)"))
            }
        }
    }

    /// Lengths must add up to the values there are.
    private static func problem(of feature: String, _ engine: FeatureEngine, _ inputs: InputBatch) -> String? {
        func buffer(_ name: String) -> InputBatch.Buffer? { inputs.index(of: name).map { inputs.buffers[$0] } }
        guard let slot = inputs.index(of: "\(feature).values") else { return nil }
        let values = inputs.buffers[slot]
        let width = max(1, inputs.slots[slot].width)
        let isDense = inputs.slots[slot].element == .float
        let lengths = buffer("\(feature).lengths")?.int32
        let rows = lengths?.count ?? values.float.count / width
        let isSingle = rows == 1 && engine.userFeatures.contains(feature)
        guard rows == inputs.rowCount || isSingle else { return "\(rows) rows" }
        let total = lengths?.reduce(0) { $0 + Int($1) } ?? 0
        if let keys = buffer("\(feature).key_lengths")?.int32 {
            let sum = keys.reduce(0) { $0 + Int($1) }
            guard keys.count == total, sum == values.int64.count else { return "key lengths \(keys)" }
        } else if isDense, lengths != nil {
            guard values.float.count == total * width else { return "\(values.float.count) floats" }
        }
        if values.float.contains(where: \.isNaN) { return "NaN" }
        if let weights = buffer("\(feature).weights"), weights.float.count != values.int64.count { return "weights" }
        return nil
    }

    @Test func configMutationsOnlyThrow() throws {
        let count = Fuzz.count(3000)
        var random = SplitMix(state: Fuzz.seed(18))
        let hostile = [UInt8]("{}[]\",:0-9eE.\\ntruefalsnul\u{1d};|".utf8)
        for index in 0..<count {
            var bytes = Array(Self.document(index, &random).utf8)
            for _ in 0...random.next() % 4 {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 4 {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(hostile[Int(random.next() % UInt64(hostile.count))], at: place)
                case 2: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                default:
                    let end = min(bytes.count, place + Int(random.next() % 20))
                    bytes.removeSubrange(place..<end)
                }
            }
            do {
                let engine = try FeatureEngine(json: bytes, options: .init(assetDirectory: Self.folder))
                var inputs = InputBatch(slots: engine.slots)
                let columns = engine.columns.map { (name: $0.name, column: RandomColumn.make(rows: 2, &random)) }
                try FeatureSession(engine).run(ColumnBatch(rowCount: 2, columns: columns), into: &inputs)
            } catch let error as SlipwayError {
                if !error.code.isUserFault {
                    Issue.record(Comment(rawValue: "\(error): \(String(decoding: bytes, as: UTF8.self))"))
                }
            }
        }
        Fuzz.report("feature configs", count)
    }

    @Test func tokenizerMutationsOnlyThrow() throws {
        let count = Fuzz.count(200)
        var random = SplitMix(state: Fuzz.seed(19))
        let folder = try TemporaryFolder()
        let names = ["bpe.json", "unigram.model", "unigram_bytes.model", "pieces_bpe.model"]
        for index in 0..<count {
            let name = names[index % names.count]
            var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/\(name)")))
            for _ in 0...random.next() % 3 {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            if random.next() % 4 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
            let path = "\(folder.path)/\(name)"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            do {
                let tokenizer: any Tokenizer =
                    name == "bpe.json" ? try BPETokenizer(path: path) : try SentencePieceTokenizer(path: path)
                let text = random.utf8Text(size: 40)
                text.withUnsafeBufferPointer { tokenizer.encode($0) { _ in } }
            } catch let error as SlipwayError {
                #expect(error.code.isUserFault, "\(error)")
            }
        }
        Fuzz.report("tokenizer files", count)
    }
}
