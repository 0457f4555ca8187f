/// The results of one run.
public struct PredictorOutputs: Sendable, Equatable {
    /// One named result, row-major.
    public struct Output: Sendable, Equatable {
        public let name: String
        /// Sizes, outermost first.
        public internal(set) var shape: [Int]
        /// The elements, for outputs of a float type.
        public internal(set) var floats: [Float]
        /// The elements, for outputs of an integer type.
        public internal(set) var ints: [Int64]
        public let isInteger: Bool

        /// Elements of one row: the product of all dimensions but the first.
        public var width: Int { shape.dropFirst().reduce(1, *) }
    }

    /// In the graph's order.
    public internal(set) var outputs: [Output] = []
    /// Ids outside their table that were read as row 0 or zeros, by feature; features without any are left out.
    public internal(set) var mappedIDs: [String: Int] = [:]

    public init() {}

    public subscript(name: String) -> Output? { outputs.first { $0.name == name } }
}
