import SlipwayCore
import SlipwayGraph
import Testing

@testable import SlipwayMeasure

@Suite struct RandomRequestsTests {
    private static let text = """
        slipway graph 1
        name "g"
        input "u.lengths" %ul : user i32[U]
        input "u.values" %uv : user i64["N:u"]
        input "s.lengths" %sl : user i32[U]
        input "s.values" %sv : user i64["N:s"]
        input "x.values" %x : f32[B, 3]
        input "batch_size" %n : user i32[U]
        table "t" %t : f32[4, 2]
        table "v" %v : f32[9, 2]
          %a = embedding_bag(table = %t, ids = %uv, lengths = %ul) {feature = "u", mode = "sum"} : user f32[U, 2]
          %b = embedding_lookup(table = %v, ids = %sv) {feature = "s"} : user f32["N:s", 2]
          %c = segment_reduce(values = %b, lengths = %sl) {mode = "sum"} : user f32[U, 2]
          %d = binary(a = %a, b = %c) {function = "add"} : user f32[U, 2]
          %e = tile(rows = %d, count = %n) : f32[B, 2]
          %y = concat(input = %e, input = %x) {axis = 1} : f32[B, 5]
        output "y" %y
        """

    @Test func oneUserWithSoManyCandidates() throws {
        var requests = RandomRequests(try GraphParser.parse(Self.text), steps: 6)
        let batch = try requests.batch(rows: 10)
        func buffer(_ name: String) throws -> InputBatch.Buffer { batch.buffers[try #require(batch.index(of: name))] }
        #expect(batch.rowCount == 10)
        #expect(try buffer("batch_size").int32 == [10])
        #expect(try buffer("u.lengths").int32 == [1])
        #expect(try buffer("s.lengths").int32 == [6])
        #expect(try buffer("x.values").float.count == 30)
        let (bag, steps) = (try buffer("u.values").int64, try buffer("s.values").int64)
        #expect(bag.count == 1 && bag.allSatisfy { (0..<4).contains($0) })
        #expect(steps.count == 6 && steps.allSatisfy { (0..<9).contains($0) })
    }
}
