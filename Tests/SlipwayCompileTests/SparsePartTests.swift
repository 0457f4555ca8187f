import SlipwayCompile
import SlipwayGraph
import Testing

@Suite struct SparsePartTests {
    /// Lookups, what puts their rows side by side, and integers of integers; no arithmetic, and no joining of what it made.
    @Test func itEndsWhereArithmeticBegins() throws {
        let graph = try GraphParser.parse(
            """
            slipway graph 1
            name "g"
            input "i.lengths" %il : i32[B]
            input "i.values" %iv : i64["N:i"]
            input "s.lengths" %sl : i32[B]
            input "s.values" %sv : i64["N:s"]
            input "x.values" %x : f32[B, 3]
            table "t" %t : f32[4, 2]
            table "v" %v : f32[9, 2]
              %bag = embedding_bag(table = %t, ids = %iv, lengths = %il) {feature = "i", mode = "sum"} : f32[B, 2]
              %rows = embedding_lookup(table = %v, ids = %sv) {feature = "s"} : f32["N:s", 2]
              %aligned = jagged_align(values = %rows, lengths = %sl, target = %il) {symbol = "S"} : f32["S", 2]
              %joined = concat(input = %bag, input = %x) {axis = 1} : f32[B, 5]
              %dense = concat(input = %x, input = %x) {axis = 1} : f32[B, 6]
              %sum = segment_reduce(values = %rows, lengths = %sl) {mode = "sum"} : f32[B, 2]
              %later = concat(input = %bag, input = %sum) {axis = 1} : f32[B, 4]
            output "joined" %joined
            output "dense" %dense
            output "later" %later
            output "aligned" %aligned
            """)
        #expect(Set(SparsePart(graph).values.map { graph[$0].name }) == ["bag", "rows", "aligned", "joined"])
    }
}
