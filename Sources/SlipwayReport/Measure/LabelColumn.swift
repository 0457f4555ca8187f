import Foundation
import SlipwayConfig
import SlipwayCore
import SwiftProtobuf

/// Label columns, and which output each judges.
enum LabelColumn {
    /// The numbers of a column; nil where it holds others, or a null.
    static func numbers(_ column: Column) -> [Float]? {
        guard column.nullCount == 0 else { return nil }
        return withExtendedLifetime(column) {
            switch column.type {
            case .int32: return column.elements(as: Int32.self).map(Float.init)
            case .int64: return column.elements(as: Int64.self).map(Float.init)
            case .float: return Array(column.elements(as: Float.self))
            case .double: return column.elements(as: Double.self).map { Float($0) }
            case .bool: return column.elements(as: UInt8.self).map(Float.init)
            default: return nil
            }
        }
    }

    /// The label of each output of probabilities: `probs` has the first of `data_config.label_fields`, `probs_<tower>` that
    /// of the tower.
    static func byOutput(_ config: TzrecEasyRecConfig) -> [String: String] {
        var labels: [String: String] = [:]
        if let first = config.dataConfig.labelFields.first { labels["probs"] = first }
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        guard let text = try? config.modelConfig.jsonString(options: options),
            let model = try? JSONSerialization.jsonObject(with: Data(text.utf8))
        else { return labels }
        func visit(_ value: Any) {
            if let list = value as? [Any] { list.forEach(visit) }
            guard let object = value as? [String: Any] else { return }
            if let tower = object["tower_name"] as? String, let label = object["label_name"] as? String {
                labels["probs_\(tower)"] = label
            }
            object.values.forEach(visit)
        }
        visit(model)
        return labels
    }
}
