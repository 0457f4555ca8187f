import SlipwayCore
public import SlipwayGraph

extension PackageManifest {
    /// An input or output of the model: name, element type and shape.
    public struct Port: Codable, Sendable, Equatable {
        public var name: String
        public var dtype: String
        /// Outermost first; stored as numbers and symbol strings.
        public var shape: [Dimension]

        public init(name: String, type: ValueType) {
            self.name = name
            self.dtype = type.dtype.rawValue
            self.shape = type.dimensions
        }

        enum CodingKeys: String, CodingKey { case name, dtype, shape }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            dtype = try container.decode(String.self, forKey: .dtype)
            var sizes = try container.nestedUnkeyedContainer(forKey: .shape)
            shape = []
            while !sizes.isAtEnd {
                if let size = try? sizes.decode(Int.self) {
                    shape.append(.fixed(size))
                } else {
                    shape.append(.symbol(try sizes.decode(String.self)))
                }
            }
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(dtype, forKey: .dtype)
            var sizes = container.nestedUnkeyedContainer(forKey: .shape)
            for dimension in shape {
                switch dimension {
                case .fixed(let size): try sizes.encode(size)
                case .symbol(let symbol): try sizes.encode(symbol)
                }
            }
        }
    }

    /// The inputs of `graph` in its order.
    public static func inputs(of graph: Graph) -> [Port] {
        graph.inputs.map { Port(name: $0.name, type: graph.type($0.value)) }
    }

    /// The outputs of `graph` in its order.
    public static func outputs(of graph: Graph) -> [Port] {
        graph.outputs.map { Port(name: $0.name, type: graph.type($0.value)) }
    }

    /// The tables of `graph` in its order, rows without padding.
    public static func tables(of graph: Graph) -> [Table] {
        graph.tables.map { parameter in
            let type = graph.type(parameter.value)
            let rows = type.dimensions.first?.size ?? 0, width = type.dimensions.last?.size ?? 0
            let rowBytes = type.dtype.rowBytes(width: width)
            return Table(
                name: parameter.name, rows: rows, width: width, dtype: type.dtype.rawValue, rowBytes: rowBytes,
                bytes: rows * rowBytes)
        }
    }
}
