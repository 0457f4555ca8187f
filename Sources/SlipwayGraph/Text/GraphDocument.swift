import Foundation
import SlipwayCore

/// The stored form of a graph: JSON with a schema version.
///
/// Version 1: `schema_version`, `name`, `values` [{name, dtype, shape, side}], `inputs` and `outputs` [{name, value}],
/// `parameters` [{name, value, table, source}], `nodes` [{op, operands [[role, value]], results, attributes, scope}].
/// Values are in the order of their definition (inputs, parameters, results) and referred to by position. Dimensions are
/// numbers or symbol strings. The numbers no JSON holds are the strings `inf`, `-inf` and `nan`.
public enum GraphDocument {
    public static let schemaVersion = 1

    /// Two graphs that differ only in the positions of their values give the same bytes. Throws as `GraphVerifier` does.
    public static func encode(_ graph: Graph) throws -> [UInt8] {
        try GraphVerifier.verify(graph)
        let order = graph.inputs.map(\.value) + graph.parameters.map(\.value) + graph.nodes.flatMap(\.results)
        let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        func place(_ id: ValueID) -> Int { places[id, default: id.index] }
        let document = Document(
            schemaVersion: schemaVersion, name: graph.name,
            values: order.map { id in
                let value = graph[id]
                return .init(
                    name: value.name, dtype: value.type.dtype.rawValue, shape: value.type.dimensions.map(Size.init),
                    side: value.type.side.rawValue)
            },
            inputs: graph.inputs.map { .init(name: $0.name, value: place($0.value)) },
            parameters: graph.parameters.map { StoredParameter($0, place: place($0.value)) },
            nodes: graph.nodes.map { node in
                .init(
                    op: node.operationName,
                    operands: node.operands.map { .init(name: $0.role, value: place($0.value)) },
                    results: node.results.map(place),
                    attributes: node.operation.attributes.entries.mapValues(Scalar.init), scope: node.scope)
            },
            outputs: graph.outputs.map { .init(name: $0.name, value: place($0.value)) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return Array(try encoder.encode(document))
    }

    /// Throws `corrupt` for text that is no graph, `unsupported` for a newer version.
    public static func decode(_ bytes: [UInt8]) throws -> Graph {
        // The version first: a newer document may differ in everything else.
        let version = try read(Header.self, bytes).schemaVersion
        guard version == schemaVersion else {
            throw SlipwayError(
                .unsupported, "the graph has schema version \(version); this version reads \(schemaVersion)",
                fix: version > schemaVersion ? "use a newer Slipway" : "export the model again")
        }
        let document = try read(Document.self, bytes)
        let graph = Graph(
            name: document.name,
            values: try document.values.map { value in
                guard let dtype = DType(rawValue: value.dtype), let side = Side(rawValue: value.side) else {
                    throw SlipwayError(.corrupt, "value \(value.name) has dtype \(value.dtype) and side \(value.side)")
                }
                return Value(name: value.name, type: ValueType(dtype, value.shape.map(\.value), side: side))
            },
            inputs: document.inputs.map { ($0.name, ValueID($0.value)) },
            parameters: try document.parameters.map { try $0.parameter() },
            nodes: try document.nodes.map { node in
                Node(
                    operation: try OperationCatalogue.make(
                        node.op, Attributes(node.attributes.mapValues(\.value))),
                    operands: node.operands.map { Operand($0.name, ValueID($0.value)) },
                    results: node.results.map(ValueID.init), scope: node.scope)
            },
            outputs: document.outputs.map { ($0.name, ValueID($0.value)) })
        try GraphVerifier.verify(graph)
        return graph
    }

    private static func read<T: Decodable>(_ type: T.Type, _ bytes: [UInt8]) throws -> T {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            return try decoder.decode(type, from: Data(bytes))
        } catch let error as SlipwayError {
            throw error
        } catch {
            throw SlipwayError(.corrupt, "the graph is not readable: \(explain(error))", cause: error)
        }
    }

    private static func explain(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .keyNotFound(let key, let context): return "\(path(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let place = path(context.codingPath)
            return (place.isEmpty ? "" : place + ": ") + context.debugDescription
        @unknown default: return "\(error)"
        }
    }

    /// A place in the document, such as `nodes[2].op`.
    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += (text.isEmpty ? "" : ".") + key.stringValue
            }
        }
    }
}

private struct Header: Decodable {
    var schemaVersion: Int

    enum CodingKeys: String, CodingKey { case schemaVersion = "schema_version" }
}

private struct Document: Codable {
    var schemaVersion: Int
    var name: String
    var values: [StoredValue]
    var inputs: [Reference]
    var parameters: [StoredParameter]
    var nodes: [StoredNode]
    var outputs: [Reference]

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case name, values, inputs, parameters, nodes, outputs
    }

    struct StoredValue: Codable {
        var name: String
        var dtype: String
        var shape: [Size]
        var side: String
    }

    struct Reference: Codable {
        var name: String
        var value: Int
    }

    struct StoredNode: Codable {
        var op: String
        var operands: [Reference]
        var results: [Int]
        var attributes: [String: Scalar]
        var scope: String
    }
}

private struct StoredParameter: Codable {
    var name: String
    var value: Int
    var table: Bool
    var tensor: String?
    var stack: [String]?
    var constant: [Float]?
    var derived: [String]?

    init(_ parameter: Parameter, place: Int) {
        name = parameter.name
        value = place
        table = parameter.isTable
        switch parameter.source {
        case .tensor(let name): tensor = name
        case .stack(let names): stack = names
        case .constant(let values): constant = values
        case .derived(let names): derived = names
        }
    }

    func parameter() throws -> Parameter {
        let source: ParameterSource
        switch (tensor, stack, constant, derived) {
        case (let name?, nil, nil, nil): source = .tensor(name)
        case (nil, let names?, nil, nil): source = .stack(names)
        case (nil, nil, let values?, nil): source = .constant(values)
        case (nil, nil, nil, let names?): source = .derived(names)
        default: throw SlipwayError(.corrupt, "parameter \(name) must have one source")
        }
        return Parameter(name: name, value: ValueID(value), isTable: table, source: source)
    }
}

/// A dimension: a JSON number or string.
private struct Size: Codable {
    var value: Dimension

    init(_ value: Dimension) { self.value = value }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let size = try? container.decode(Int.self) {
            value = .fixed(size)
        } else {
            value = .symbol(try container.decode(String.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch value {
        case .fixed(let size): try container.encode(size)
        case .symbol(let name): try container.encode(name)
        }
    }
}

/// An attribute: `{"int": 3}`, `{"float": 0.5}`, `{"bool": true}`, `{"string": "sum"}` or `{"ints": [1, 2]}`.
private struct Scalar: Codable {
    var value: AttributeValue

    private enum CodingKeys: String, CodingKey { case int, float, bool, string, ints }

    init(_ value: AttributeValue) { self.value = value }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "an attribute must have one of int, float, bool, string, ints"))
        }
        if let number = try container.decodeIfPresent(Int.self, forKey: .int) {
            value = .int(number)
        } else if let number = try container.decodeIfPresent(Double.self, forKey: .float) {
            value = .float(number)
        } else if let flag = try container.decodeIfPresent(Bool.self, forKey: .bool) {
            value = .bool(flag)
        } else if let numbers = try container.decodeIfPresent([Int].self, forKey: .ints) {
            value = .ints(numbers)
        } else {
            value = .string(try container.decode(String.self, forKey: .string))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch value {
        case .int(let number): try container.encode(number, forKey: .int)
        case .float(let number): try container.encode(number, forKey: .float)
        case .bool(let flag): try container.encode(flag, forKey: .bool)
        case .string(let text): try container.encode(text, forKey: .string)
        case .ints(let numbers): try container.encode(numbers, forKey: .ints)
        }
    }
}
