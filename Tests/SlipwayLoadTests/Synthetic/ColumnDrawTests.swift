import SlipwayCore
import SlipwayFeatureEngine
import SlipwayTestSupport
import Testing

@testable import SlipwayLoad

struct ColumnDrawTests {
    private func draw(_ feature: String, key: String? = "expression", isSequence: Bool = false, folder: String = "/")
        throws -> ColumnDraw
    {
        let json = "{\"features\":[{\"feature_name\":\"f\",\"feature_type\":\"x_feature\",\(feature)}]}"
        let entry = try FGDocument(json: Array(json.utf8)).entries[0]
        return try ColumnDraw(entry, key: key, isSequence: isSequence, assetDirectory: folder)
    }

    @Test func valuesAreAsTheFeatureTakesThem() throws {
        #expect(try draw("\"num_buckets\": 50, \"value_dim\": 1") == .ids(count: 50, most: 1))
        #expect(try draw("\"num_buckets\": 50, \"value_dim\": 0") == .ids(count: 50, most: 3))
        #expect(try draw("\"num_buckets\": 50", isSequence: true) == .idSteps(count: 50))
        // An id hashed to 63 bits has no range to draw from.
        #expect(try draw("\"hash_bucket_size\": 9223372036854775807") == .ids(count: 1_000_000, most: 1))
        #expect(try draw("\"num_buckets\": 9, \"weighted\": true") == .weightedIDs(count: 9, most: 3))
        #expect(
            try draw("\"vocab_list\": [\"\", \"<OOV>\", \"m\", \"f\"]") == .words(["m", "f"], most: 1))
        #expect(try draw("\"vocab_dict\": {\"b\": 1, \"a\": 0}") == .words(["a", "b"], most: 1))
        #expect(try draw("\"value_dim\": 4") == .floats(width: 4, low: 0, high: 1))
        #expect(try draw("\"value_dim\": 4", isSequence: true) == .floatSteps(width: 4, low: 0, high: 1))
        #expect(try draw("\"boundaries\": [10, 20, 50]") == .floats(width: 1, low: 0, high: 60))
        #expect(try draw("\"value_type\": \"string\"") == .text)
        #expect(try draw("\"combiner\": \"sum\"", key: "map") == .map)
        #expect(try draw("\"method\": \"query_common_ratio\"", key: "query") == .text)
    }

    /// Encoded columns hold ids of the table, whatever makes them.
    @Test func encodedColumnsHoldIDs() throws {
        let folder = try TemporaryFolder()
        try folder.write("a\nb\nc\n", to: "words.txt")
        #expect(try draw("\"vocab_file\": \"words.txt\"", key: nil, folder: folder.path) == .ids(count: 3, most: 1))
        #expect(try draw("\"vocab_file\": \"words.txt\"", folder: folder.path) == .words(["a", "b", "c"], most: 1))
        #expect(try draw("\"boundaries\": [10, 20, 50]", key: nil) == .ids(count: 4, most: 1))
        #expect(try draw("\"vocab_list\": [\"m\", \"f\"]", key: nil) == .ids(count: 2, most: 1))
        let error = try failure { try draw("\"vocab_file\": \"none.txt\"", folder: folder.path) }
        #expect(error.code == .notFound && error.message.contains("none.txt"))
    }

    @Test func valuesComeAgainFromTheirSeed() throws {
        let draws: [ColumnDraw] = [
            .ids(count: 9, most: 3), .weightedIDs(count: 9, most: 3), .words(["a", "b"], most: 1),
            .floats(width: 2, low: -1, high: 1), .map, .text, .idSteps(count: 5), .wordSteps(["a"]),
            .floatSteps(width: 2, low: 0, high: 1), .floatSteps(width: 1, low: 0, high: 1),
        ]
        for draw in draws {
            var one = SeededNumbers(seed: 3)
            var two = SeededNumbers(seed: 3)
            #expect(draw.value(&one, steps: 4, exponent: 1) == draw.value(&two, steps: 4, exponent: 1))
        }
        var numbers = SeededNumbers(seed: 1)
        guard case .wholes(let steps) = ColumnDraw.idSteps(count: 5).value(&numbers, steps: 4, exponent: 1) else {
            Issue.record("steps are no list")
            return
        }
        #expect(steps.count == 4 && steps.allSatisfy { (0..<5).contains($0) })
    }
}
