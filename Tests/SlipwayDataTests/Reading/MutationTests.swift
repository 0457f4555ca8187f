import SlipwayCore
import SlipwayData
import SlipwayTestSupport
import Testing

/// Damaged files: reading gives rows or throws a `SlipwayError`, and never anything else.
@Suite struct MutationTests {
    static let parquet = ["scalars.parquet", "nested.parquet", "part-1.parquet"]

    @Test(arguments: parquet)
    func truncatedParquet(name: String) throws {
        let folder = try TemporaryFolder()
        let bytes = try Fixture.bytes(name)
        for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 150)) {
            let path = try folder.write(Array(bytes[..<length]), to: "cut.parquet")
            #expect(throws: SlipwayError.self, "cut at \(length)") { try readAll(RowReader(paths: path, batchSize: 2)) }
        }
    }

    @Test(arguments: parquet)
    func mutatedParquet(name: String) throws {
        try mutate(name, as: "mutant.parquet", rounds: Fuzz.count(300))
        Fuzz.report("Parquet files", Fuzz.count(300))
    }

    @Test func mutatedCSV() throws {
        try mutate("plain.csv", as: "mutant.csv", rounds: Fuzz.count(300))
        Fuzz.report("CSV files", Fuzz.count(300))
    }

    private func mutate(_ name: String, as mutant: String, rounds: Int) throws {
        let folder = try TemporaryFolder()
        let original = try Fixture.bytes(name)
        for seed in 0..<rounds {
            var random = SeededRandom(seed: Fuzz.seed(UInt64(seed)))
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes[position] = [0, 0x7F, 0x80, 0xFF][Int.random(in: 0..<4, using: &random)]
                default: bytes.removeSubrange(position..<min(bytes.count, position + 2))
                }
                if bytes.isEmpty { bytes = [0] }
            }
            let path = try folder.write(bytes, to: mutant)
            do {
                let rows = try readAll(RowReader(paths: path, batchSize: 2))
                #expect(Set(rows.values.map(\.count)).count <= 1, "seed \(seed)")
            } catch {
                #expect(error is SlipwayError, "seed \(seed): \(error)")
            }
        }
    }
}
