import Foundation
import SlipwayCore

extension FeatureType {
    /// The inputs, named as columns.
    ///
    /// - Parameter strict: throw on missing or malformed expressions; else they give no inputs, because encoded columns
    ///   need none.
    func resolveInputs(strict: Bool) throws -> [FeatureInput] {
        guard let expressions = inputExpressions, !expressions.isEmpty else {
            if strict {
                throw FeatureError.config(name, "has no inputs", "", fix: "name them, for example item:cat_a")
            }
            return []
        }
        var inputs: [FeatureInput] = []
        for expression in expressions {
            guard let (side, input) = FeatureInput.split(expression) else {
                guard strict else { return [] }
                let sides = InputSide.allCases.map(\.rawValue).joined(separator: ", ")
                throw FeatureError.config(
                    name, "input \"\(expression)\"", "is not side:name",
                    fix: "use one of \(sides), for example item:cat_a")
            }
            let sequence = isSequenceInput(side, input)
            inputs.append(
                FeatureInput(side: side, name: sequence ? placement.namePrefix + input : input, isSequence: sequence))
        }
        return inputs
    }

    /// Stated by `sequence_fields`, else by the number of inputs and the side.
    private func isSequenceInput(_ side: InputSide, _ input: String) -> Bool {
        guard isSequence else { return false }
        let prefix = placement.namePrefix
        let bare = !prefix.isEmpty && input.hasPrefix(prefix) ? String(input.dropFirst(prefix.count)) : input
        if !config.sequenceFields.isEmpty { return config.sequenceFields.contains(bare) }
        return Self.hasSingleInput ? side != .feature : side == .item
    }

    /// `fg_encoded_default_value` as numbers.
    func encodedDefault(multivalSeparator: String) throws -> EncodedDefault {
        guard config.hasFgEncodedDefaultValue else {
            return config.useMask ? .generated : .none
        }
        let text = config.fgEncodedDefaultValue
        guard !text.isEmpty else { return .none }
        let parts = text.components(separatedBy: multivalSeparator)
        if isSparse {
            return .ids(try parts.map { try parse($0, as: "an integer") { Int64($0) } })
        }
        return .floats(try parts.map { Float(try parse($0, as: "a number") { Double($0) }) })
    }

    private func parse<T>(_ text: String, as kind: String, _ convert: (String) -> T?) throws -> T {
        guard let value = convert(text.trimmingCharacters(in: .whitespaces)) else {
            throw FeatureError.config(
                name, "fg_encoded_default_value", "holds \"\(text)\", which is not \(kind)",
                fix: isSparse ? "write ids, as the columns hold them" : "write numbers")
        }
        return value
    }
}
