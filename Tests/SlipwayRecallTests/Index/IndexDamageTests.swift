import SlipwayCore
import SlipwayRecall
import SlipwayTestSupport
import Testing

/// Damaged index files: an error, or an index that can be searched.
@Suite struct IndexDamageTests {
    static let names = ["flat_ip", "ivf_ip", "ivf_ip_one", "ivf_l2", "hnsw_ip", "hnsw_l2"]

    @Test(arguments: names)
    func truncated(name: String) throws {
        let folder = try TemporaryFolder()
        let bytes = try Fixture.bytes("\(name)/faiss_index")
        for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 200)) {
            let path = try folder.write(Array(bytes[..<length]), to: "cut")
            #expect(try failure { try VectorIndex(path: path) }.code == .corrupt, "cut at \(length)")
        }
        let longer = try folder.write(bytes + [0], to: "longer")
        #expect(try failure { try VectorIndex(path: longer) }.message.contains("1 bytes follow the index"))
    }

    @Test(arguments: names)
    func mutated(name: String) throws {
        let folder = try TemporaryFolder()
        let original = try Fixture.bytes("\(name)/faiss_index")
        let user = try Fixture.expected().users[0]
        var refused = 0
        for seed in 0..<Fuzz.count(400) {
            var random = SeededRandom(seed: Fuzz.seed(UInt64(seed)))
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                // Half of them in the first bytes, where the numbers are.
                let limit = Bool.random(using: &random) ? min(150, bytes.count) : bytes.count
                let position = Int.random(in: 0..<limit, using: &random)
                bytes[position] =
                    Bool.random(using: &random)
                    ? bytes[position] ^ 1 << UInt8.random(in: 0..<8, using: &random)
                    : [0, 1, 0x7F, 0x80, 0xFF][Int.random(in: 0..<5, using: &random)]
            }
            let path = try folder.write(bytes, to: "mutant")
            do {
                let index = try VectorIndex(path: path)
                let query = [Float](user.prefix(index.dimensions))
                let (numbers, _) = try index.search(query, neighbours: 5, probes: 6)
                #expect(numbers.allSatisfy { (-1..<Int64(index.count)).contains($0) }, "seed \(seed)")
            } catch let error as SlipwayError {
                refused += 1
                #expect(error.code.isUserFault, "seed \(seed): \(error)")
            }
        }
        #expect(refused > 0)
        Fuzz.report("indexes", Fuzz.count(400))
    }

    @Test func namesWhatIsWrong() throws {
        let folder = try TemporaryFolder()
        func message(_ name: String, _ change: (inout [UInt8]) -> Void) throws -> SlipwayError {
            var bytes = try Fixture.bytes("\(name)/faiss_index")
            change(&bytes)
            let path = try folder.write(bytes, to: "changed")
            return try failure { try VectorIndex(path: path) }
        }
        // Byte 4 begins the dimensions, 8 the number of vectors, 32 says whether it is trained, 33 the metric.
        #expect(try message("flat_ip") { $0[7] = 0x80 }.message.contains("dimensions"))
        #expect(try message("flat_ip") { $0[8] = 61 }.message.contains("480 components for 61 vectors of 8"))
        #expect(try message("flat_ip") { $0[15] = 1 }.message.contains("vectors"))
        #expect(try message("flat_ip") { $0[32] = 0 }.message.contains("not trained"))
        #expect(try message("flat_ip") { $0[33] = 22 }.code == .unsupported)
        #expect(try message("flat_ip") { $0[0] = 0 }.message.contains("no index of faiss"))
        #expect(try message("ivf_ip") { $0[44] = 1 }.message.contains("do not fit into the file"))
        let last = try Fixture.bytes("ivf_ip/faiss_index").count
        #expect(try message("ivf_ip") { $0[last - 8] = 200 }.message.contains("vector number 200 of 60"))
        #expect(try message("product_quantizer") { _ in }.message.contains("kind IxPq"))
        let empty = try folder.write([], to: "empty")
        #expect(try failure { try VectorIndex(path: empty) }.code == .corrupt)
        #expect(try failure { try VectorIndex(path: "\(folder.path)/none") }.code == .notFound)
    }
}
