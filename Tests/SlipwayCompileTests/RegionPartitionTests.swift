import SlipwayCompile
import SlipwayGraph
import Testing

@Suite struct RegionPartitionTests {
    private static let text = """
        slipway graph 1
        name "g"
        input "x.values" %x : f32[B, 2]
        param "w" %w : f32[2, 2]
          %a = linear(input = %x, weight = %w) : f32[B, 2]
          %b = softmax(input = %a) : f32[B, 2]
          %c = unary(input = %b) {function = "relu"} : f32[B, 2]
          %d = binary(a = %c, b = %a) {function = "add"} : f32[B, 2]
          %e = unary(input = %x) {function = "tanh"} : f32[B, 2]
        output "d" %d
        output "e" %e
        """

    /// A step without code in the middle makes two regions, and nothing comes back into the first.
    @Test func aRefusedStepCutsTheRegion() throws {
        let graph = try GraphParser.parse(Self.text)
        let partition = RegionPartition(
            graph, isWanted: { _ in true }, refusal: { $0.operationName == "softmax" ? "no code" : nil })
        #expect(partition.refused == ["softmax": "no code"])
        #expect(partition.regions.map(\.nodes) == [[0, 4], [2, 3]])
        func names(_ values: [ValueID]) -> [String] { values.map { graph[$0].name } }
        #expect(partition.regions.map { names($0.inputs) } == [["x"], ["b", "a"]])
        #expect(partition.regions.map { names($0.outputs) } == [["a", "e"], ["d"]])
    }

    @Test func nothingWantedIsNoRegion() throws {
        let partition = RegionPartition(
            try GraphParser.parse(Self.text), isWanted: { _ in false }, refusal: { _ in "never asked" })
        #expect(partition.regions.isEmpty)
        #expect(partition.refused.isEmpty)
    }
}
