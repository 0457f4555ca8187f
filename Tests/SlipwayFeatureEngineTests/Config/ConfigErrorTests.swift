import SlipwayCore
import SlipwayFeatureFixtures
import SlipwayTestSupport
import Testing

@testable import SlipwayFeatureEngine

/// Every invalid config names the feature and the key.
@Suite struct ConfigErrorTests {
    private static let x = "\"expression\": \"user:x\""

    @Test(arguments: [
        ("id_feature", "\"num_buckets\": 9", "feature f: expression is missing"),
        ("id_feature", "\"expression\": \"x\"", "feature f: expression is \"x\""),
        ("id_feature", "\"expression\": \"user:a:b\"", "feature f: expression is \"user:a:b\""),
        ("id_feature", "\"expression\": \"moon:x\"", "feature f: expression is \"moon:x\""),
        ("id_feature", "\"expression\": 7", "feature f: expression is \"7\""),
        ("id_feature", "\"expression\": {}", "feature f: expression is an object"),
        ("odd_feature", x, "feature f: feature_type is \"odd_feature\""),
        ("id_feature", "\(x), \"hash_bucket_size\": 0", "feature f: hash_bucket_size is 0"),
        ("id_feature", "\(x), \"hash_bucket_size\": -5", "feature f: hash_bucket_size is -5"),
        ("id_feature", "\(x), \"hash_bucket_size\": \"many\"", "feature f: hash_bucket_size is a text"),
        ("id_feature", "\(x), \"num_buckets\": 1.5", "feature f: num_buckets is a number"),
        ("id_feature", "\(x), \"vocab_list\": [1.5]", "feature f: vocab_list holds a number"),
        ("id_feature", "\(x), \"vocab_list\": {}", "feature f: vocab_list is an object"),
        ("id_feature", "\(x), \"vocab_dict\": [1]", "feature f: vocab_dict is a list"),
        ("id_feature", "\(x), \"vocab_dict\": {\"a\": -1}", "feature f: vocab_dict gives \"a\" no id"),
        (
            "id_feature", "\(x), \"vocab_dict\": {\"a\": 1}, \"default_bucketize_value\": -1",
            "feature f: default_bucketize_value is -1"
        ),
        ("id_feature", "\(x), \"vocab_file\": \"/nowhere/v\"", "/nowhere/v does not exist (feature f, vocab_file)"),
        ("id_feature", "\(x), \"separator\": \"\"", "feature f: separator is empty"),
        ("id_feature", "\(x), \"value_dim\": -1", "feature f: value_dim is -1"),
        ("id_feature", "\(x), \"weighted\": \"perhaps\"", "feature f: weighted is a text"),
        ("id_feature", "\(x), \"stub_type\": []", "feature f: stub_type is a list"),
        ("sequence_id_feature", "\(x), \"sequence_delim\": \"\"", "feature f: sequence_delim is empty"),
        ("sequence_id_feature", "\(x), \"sequence_length\": -1", "feature f: sequence_length is -1"),
        ("raw_feature", "\(x), \"boundaries\": [2, 1]", "feature f: boundaries do not ascend"),
        ("raw_feature", "\(x), \"boundaries\": \"1\"", "feature f: boundaries is a text"),
        ("raw_feature", "\(x), \"boundaries\": [\"a\"]", "feature f: boundaries holds a text"),
        ("raw_feature", "\(x), \"default_value\": \"abc\"", "feature f: default_value is \"abc\", which is no number"),
        (
            "raw_feature", "\(x), \"value_dim\": 3, \"default_value\": \"1\u{5c}u001d2\"",
            "feature f: default_value has 2 numbers"
        ),
        ("raw_feature", "\(x), \"normalizer\": \"method=odd\"", "feature f: normalizer is \"method=odd\""),
        (
            "raw_feature", "\(x), \"normalizer\": \"method=zscore,mean=1\"",
            "feature f: normalizer \"method=zscore,mean=1\" lacks standard_deviation"
        ),
        ("raw_feature", "\(x), \"normalizer\": \"method=minmax,min=a,max=1\"", "feature f: normalizer has min=a"),
        (
            "raw_feature", "\(x), \"normalizer\": \"method=expression\"",
            "feature f: normalizer \"method=expression\" lacks expr"
        ),
        (
            "raw_feature", "\(x), \"normalizer\": \"method=expression,expr=y+1\"",
            "feature f: normalizer \"y+1\" has the unknown name y"
        ),
        ("combo_feature", "\"expression\": [\"user:x\"]", "feature f: expression names 1 inputs"),
        ("lookup_feature", "\"map\": \"user:m\"", "feature f: key is missing"),
        (
            "lookup_feature", "\"map\": \"user:m\", \"key\": \"item:k\", \"combiner\": \"middle\"",
            "feature f: combiner is \"middle\""
        ),
        ("match_feature", "\"user\": \"user:m\", \"category\": \"item:c\"", "feature f: item is missing"),
        (
            "expr_feature", "\"variables\": [\"user:a\"], \"expression\": \"a+\"",
            "feature f: expression \"a+\" has no value"
        ),
        ("expr_feature", "\"expression\": \"1\"", "feature f: variables names 0 inputs"),
        (
            "expr_feature", "\"variables\": [\"user:a\"], \"expression\": \"a\", \"fill_missing\": \"x\"",
            "feature f: fill_missing is a text"
        ),
        (
            "overlap_feature", "\"query\": \"user:q\", \"title\": \"item:t\", \"method\": \"odd\"",
            "feature f: method is \"odd\""
        ),
        ("overlap_feature", "\"query\": \"user:q\", \"method\": \"is_equal\"", "feature f: title is missing"),
        ("kv_dot_product", "\"query\": \"user:q\"", "feature f: document is missing"),
        (
            "bool_mask_feature", "\"expression\": [\"user:a\", \"user:b\", \"user:c\"]",
            "feature f: expression names 3 inputs"
        ),
        ("combine_feature", "\(x), \"value_map\": {\"a\": \"b\"}", "feature f: value_map gives \"a\" no number"),
        ("tokenize_feature", x, "feature f: vocab_file is missing"),
        (
            "tokenize_feature", "\(x), \"vocab_file\": \"v\", \"tokenizer_type\": \"odd\"",
            "feature f: tokenizer_type is \"odd\""
        ),
        ("regex_replace_feature", x, "feature f: regex_pattern is missing"),
        (
            "regex_replace_feature", "\(x), \"regex_pattern\": \"(\"",
            "feature f: regex_pattern \"(\" is no regular expression"
        ),
        (
            "regex_replace_feature", "\(x), \"regex_pattern\": \"a\", \"replacement\": \"\\\\1\"",
            "feature f: regex_pattern the replacement uses group 1"
        ),
        ("custom_feature", "\"expression\": [\"user:a\"]", "feature f: operator_name is missing"),
        (
            "custom_feature", "\"expression\": [\"user:a\"], \"operator_name\": \"EditDistance\"",
            "feature f: operator_params of EditDistance: EditDistance has 1 inputs"
        ),
        (
            "custom_feature",
            "\"expression\": [\"user:a\", \"user:b\"], \"operator_name\": \"EditDistance\", \"encoding\": \"odd\"",
            "encoding is \"odd\""
        ),
        ("custom_feature", "\"expression\": [\"user:a\"], \"operator_name\": \"SeqExpr\"", "formula is missing"),
        (
            "custom_feature", "\"expression\": [\"user:a\"], \"operator_name\": \"SeqExpr\", \"formula\": \"b\"",
            "the unknown name b"
        ),
        ("text_normalizer", "\(x), \"parameter\": 5000", "feature f: parameter is 5000"),
    ])
    func features(_ type: String, _ keys: String, _ expected: String) {
        let problem = FeatureCase.problem(type, keys)
        #expect(problem.contains(expected), "\(problem)")
        #expect(problem.contains(" — "), "no advice: \(problem)")
    }

    @Test(arguments: [
        ("{}", "fg.json has no list \"features\""), ("{\"features\": [1]}", "an entry of features is a number"),
        ("{\"features\": [{}]}", "a feature has no feature_name"),
        ("{\"features\": [{\"feature_name\": \"f\"}]}", "feature f: feature_type is missing"),
        ("{\"features\": [{\"sequence_name\": \"s\"}]}", "a sequence group has no sequence_name or no features"),
        (
            "{\"features\": [{\"sequence_name\": \"s\", \"sequence_delim\": \"\", \"features\": []}]}",
            "feature s: sequence_delim"
        ),
        (
            "{\"features\": [{\"sequence_name\": \"s\", \"sequence_length\": -1, \"features\": []}]}",
            "feature s: sequence_length"
        ),
        (
            "{\"features\": [{\"feature_type\": \"raw_feature\", \"feature_name\": \"f\", \"expression\": \"user:x\"}, {\"feature_type\": \"raw_feature\", \"feature_name\": \"f\", \"expression\": \"user:x\"}]}",
            "feature f: feature_name is there twice"
        ), ("[", "fg.json"),
    ])
    func documents(_ json: String, _ expected: String) throws {
        let problem = try #require(errorText { _ = try FeatureEngine(json: Array(json.utf8)) })
        #expect(problem.contains(expected), "\(problem)")
    }

    @Test func columnsThatDoNotFit() throws {
        let json =
            "{\"features\": [{\"feature_type\": \"id_feature\", \"feature_name\": \"f\", \"expression\": \"user:x\", \"num_buckets\": 9}, {\"feature_type\": \"id_feature\", \"feature_name\": \"g\", \"expression\": \"item:y\", \"num_buckets\": 9}]}"
        func problem(_ columns: [(String, Column)], rows: Int) -> String {
            errorText { _ = try Generation.run(json, columns, rows: rows) } ?? "none"
        }
        #expect(problem([("y", .int64([1]))], rows: 1).contains("there is no column x, which feature generation reads"))
        #expect(problem([("x", .bool([true])), ("y", .int64([1]))], rows: 1).contains("column x has the type bool"))
        #expect(
            problem([("x", .int64([1, 2])), ("y", .int64([1, 2, 3]))], rows: 3)
                .contains("column x has 2 rows, the batch has 3"))
    }

    @Test func emptyVocabularyFile() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("", to: "v")
        #expect(
            FeatureCase.problem("id_feature", "\(Self.x), \"vocab_file\": \"\(path)\"").contains("holds no words"))
    }
}
