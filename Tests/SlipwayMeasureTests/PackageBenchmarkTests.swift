import SlipwayCore
import SlipwayGraph
import Testing

@testable import SlipwayMeasure

@Suite struct PackageBenchmarkTests {
    /// Three steps a row, so that the number of steps comes from the inputs.
    @Test func workIsCountedAsInReports() throws {
        let graph = try GraphParser.parse(
            """
            slipway graph 1
            name "g"
            input "s.lengths" %l : i32[B]
            input "s.values" %s : f32["S:s", 4]
            param "w" %w : f32[2, 4]
              %a = jagged_softmax(values = %s, lengths = %l) : f32["S:s", 4]
              %b = segment_reduce(values = %a, lengths = %l) {mode = "sum"} : f32[B, 4]
              %y = linear(input = %b, weight = %w) : f32[B, 2]
            output "y" %y
            """)
        var requests = RandomRequests(graph, steps: 3)
        let flops = try PackageBenchmark.flops(
            graph, dense: ["w": Tensor(shape: [2, 4], floats: Array(repeating: 1, count: 8))], tables: [:],
            inputs: try requests.batch(rows: 5))
        // 15 steps of 4: 5 an element for softmax, 1 for the sums; 5 · 2 · 4 multiply-adds, 2 each.
        #expect(flops == 300 + 60 + 80)
    }
}
