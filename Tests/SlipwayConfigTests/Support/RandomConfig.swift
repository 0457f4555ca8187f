import SlipwayTestSupport
import SwiftProtobuf

@testable import SlipwayConfig

/// Makes configs that set any field of the schema.
struct RandomConfig {
    private var random: SeededRandom
    private let table = SchemaTable.shared

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func config() throws -> TzrecEasyRecConfig {
        var config = try PipelineConfig.typed(message(table.root, depth: 0))
        config.dataConfig.clearFgEncoded()
        config.dataConfig.fgMode = config.dataConfig.fgMode
        return config
    }

    private mutating func message(_ schema: MessageSchema, depth: Int) -> DynamicMessage {
        let message = DynamicMessage(schema)
        for field in schema.fields {
            let needed = field.label == .required || schema.name.hasSuffix("Entry")
            guard needed || Int.random(in: 0..<(3 + depth), using: &random) == 0 else { continue }
            if field.isMessage, depth > 6, !needed { continue }
            if let oneof = field.oneof, message.set(of: oneof) != nil { continue }
            let count = field.label == .repeated ? Int.random(in: 1...3, using: &random) : 1
            for _ in 0..<count { message.add(value(field, depth: depth), to: field) }
        }
        return message
    }

    private mutating func value(_ field: FieldSchema, depth: Int) -> DynamicValue {
        switch field.type {
        case .double: return .double(Double(bitPattern: bits(finite: 0x7FE0_0000_0000_0000)))
        case .float: return .float(Float(bitPattern: UInt32(truncatingIfNeeded: bits(finite: 0x7F00_0000))))
        case .int32: return .int(Int64(Int32.random(in: .min ... .max, using: &random)))
        case .int64: return .int(.random(in: .min ... .max, using: &random))
        case .uint32: return .uint(UInt64(UInt32.random(in: 0 ... .max, using: &random)))
        case .uint64: return .uint(.random(in: 0 ... .max, using: &random))
        case .bool: return .bool(.random(using: &random))
        case .string: return .string(text())
        case .bytes: return .bytes(Array(text().utf8))
        case .enumeration(let name):
            let schema = table.enumeration(name)
            return .enumeration(schema.names.randomElement(using: &random).flatMap(schema.number) ?? 0)
        case .message(let name): return .message(message(table.message(name), depth: depth + 1))
        }
    }

    /// Bits of a number whose exponent keeps it finite.
    private mutating func bits(finite: UInt64) -> UInt64 { .random(in: 0...finite, using: &random) }

    private mutating func text() -> String {
        let alphabet: [Character] = [
            "a", "Z", "_", " ", "\"", "'", "\\", "\n", "\t", "\u{1D}", "\u{7F}", "é", "漢", "😀", "7",
        ]
        return String(
            (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in
                alphabet.randomElement(using: &random)
            })
    }
}
