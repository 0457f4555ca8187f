import SlipwayCore

/// What one run of a graph computes and moves, step by step, from the ops and the sizes of the run.
///
/// Every step is counted as if it ran on its own: it reads its operands from memory and writes its results there. Steps that
/// depend on weights alone are not counted, because they run once, not once a request.
public struct GraphCost: Sendable {
    /// One node.
    public struct Step: Sendable {
        public let operation: String
        public let scope: String
        /// `user` where the step runs once a request whatever the number of candidates.
        public let side: Side
        public let flops: Double
        /// Bytes of values read and written.
        public let valueBytes: Double
        /// Bytes of table rows read.
        public let tableBytes: Double
        /// Bytes of dense weights read.
        public let weightBytes: Double
    }

    public let steps: [Step]

    /// - Parameter sizes: what the graph's symbols stand for in the run. Throws `notFound` for one without a size.
    public init(_ graph: Graph, sizes: [String: Int]) throws {
        let tables = Set(graph.tables.map(\.value)), weights = Set(graph.parameters.map(\.value))
        func shape(_ value: ValueID) throws -> [Int] {
            try graph.type(value).dimensions.map { dimension in
                if let size = dimension.size { return size }
                guard let size = sizes[dimension.description] else {
                    throw SlipwayError(.notFound, "the size of \(dimension) is not known")
                }
                return size
            }
        }
        steps = try graph.nodes.compactMap { node in
            guard node.results.contains(where: { graph.type($0).dimensions.contains { $0.size == nil } }) else {
                return nil
            }
            func entry(_ role: String, _ value: ValueID) throws -> OperationSizes.Entry {
                .init(role, graph.type(value).dtype, try shape(value))
            }
            let operands = try node.operands.map { try entry($0.role, $0.value) }
            let own = OperationSizes(operands: operands, results: try node.results.map { try entry("", $0) })
            var valueBytes = own.resultEntries.reduce(0) { $0 + $1.bytes }, tableBytes = 0.0, weightBytes = 0.0
            for (operand, entry) in zip(node.operands, operands) {
                if tables.contains(operand.value) {
                    tableBytes += own.count("ids") * Double(entry.dtype.rowBytes(width: entry.shape.last ?? 0))
                } else if weights.contains(operand.value) {
                    weightBytes += entry.bytes
                } else {
                    valueBytes += entry.bytes
                }
            }
            return Step(
                operation: node.operationName, scope: node.scope,
                side: node.results.allSatisfy { graph.type($0).side == .user } ? .user : .item,
                flops: node.operation.flops(own), valueBytes: valueBytes, tableBytes: tableBytes,
                weightBytes: weightBytes)
        }
    }
}
