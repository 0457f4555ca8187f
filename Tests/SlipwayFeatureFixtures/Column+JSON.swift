package import SlipwayCore

/// Columns from JSON rows and a type name such as `list<item: int64>` or `map<string, float>`.
package enum ColumnJSON {
    package static func column(_ type: String, _ rows: [AnyJSON]) throws -> Column {
        if let inner = inside(type, "list<") {
            let element = inner.hasPrefix("item: ") ? String(inner.dropFirst(6)) : inner
            let child = try column(element, rows.flatMap(\.elements))
            return .list(lengths: rows.map { $0 == .null ? nil : $0.elements.count }, child: child)
        }
        if let inner = inside(type, "map<"), let comma = inner.firstIndex(of: ",") {
            let value = inner[inner.index(after: comma)...].drop { $0 == " " }
            let pairs = rows.flatMap(\.elements).map(\.elements)
            return .map(
                lengths: rows.map { $0 == .null ? nil : $0.elements.count },
                keys: try column(String(inner[..<comma]), pairs.map { $0[0] }),
                values: try column(String(value), pairs.map { $0[1] }))
        }
        switch type {
        case "int64": return .int64(rows.map(\.int))
        case "int32": return .int32(rows.map { $0.int.map { Int32($0) } })
        case "float": return .float(rows.map { $0.double.map { Float($0) } })
        case "double": return .double(rows.map(\.double))
        case "string": return .string(rows.map(\.string))
        case "bool": return .bool(rows.map { if case .bool(let value) = $0 { value } else { nil } })
        default: throw SlipwayError(.unsupported, "column type \(type)")
        }
    }

    private static func inside(_ type: String, _ prefix: String) -> String? {
        type.hasPrefix(prefix) ? String(type.dropFirst(prefix.count).dropLast()) : nil
    }
}
