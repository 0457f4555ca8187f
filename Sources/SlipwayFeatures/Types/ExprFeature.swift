package import SlipwayConfig

/// A formula over several inputs. Source: `tzrec/features/expr_feature.py`.
package struct ExprFeature: NumberFeature {
    package typealias Message = TzrecExprFeature

    package static let typeName = "expr_feature"

    package var config: Message
    package let placement: FeaturePlacement

    package init(config: Message, placement: FeaturePlacement) {
        self.config = config
        self.placement = placement
    }

    package static func message(in config: TopLevel) -> (message: Message, isSequence: Bool)? {
        switch config {
        case .exprFeature(let message): return (message, false)
        case .sequenceExprFeature(let message): return (message, true)
        default: return nil
        }
    }

    package static func message(in config: Grouped) -> Message? {
        if case .exprFeature(let message) = config { return message }
        return nil
    }

    package static func topLevel(_ message: Message, isSequence: Bool) -> TopLevel {
        isSequence ? .sequenceExprFeature(message) : .exprFeature(message)
    }

    package static func grouped(_ message: Message) -> Grouped { .exprFeature(message) }

    package var inputExpressions: [String]? { config.variables }
    package var valueDim: Int { config.statedValueDim.map { Int($0) } ?? 1 }

    package func ownEntries() -> [JSONObject] {
        var entry = entry()
        entry["default_value"] = .string(defaultValue)
        entry["expression"] = .string(config.expression)
        entry["variables"] = .strings(config.variables)
        entry["value_type"] = "float"
        addSeparator(config.separator, to: &entry)
        if config.hasFillMissing { entry["fill_missing"] = .double(Double(config.fillMissing)) }
        addBoundaries(to: &entry)
        if let stated = config.statedValueDim { entry["value_dim"] = .integer(Int(stated)) }
        addTail(to: &entry)
        return [entry]
    }
}
