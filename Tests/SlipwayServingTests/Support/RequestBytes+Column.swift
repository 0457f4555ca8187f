import SlipwayCore

extension RequestBytes.Value {
    /// A cell as the clients send it.
    init(_ column: Column, _ row: Int) {
        func elements<T: BitwiseCopyable>(_ child: Int, _: T.Type) -> [T] {
            column.range(row).map { column.children[child].elements(as: T.self)[$0] }
        }
        if column.isNull(row) {
            self = .missing
            return
        }
        switch column.type {
        case .int64: self = .int(column.elements(as: Int64.self)[row])
        case .int32: self = .int(Int64(column.elements(as: Int32.self)[row]))
        case .float: self = .float(column.elements(as: Float.self)[row])
        case .double: self = .double(column.elements(as: Double.self)[row])
        case .string: self = .text(String(decoding: column.bytes(row), as: UTF8.self))
        case .list(.int64): self = .ints(elements(0, Int64.self))
        case .list(.float): self = .floats(elements(0, Float.self))
        case .map(.int64, .float): self = .floatMap(Array(zip(elements(0, Int64.self), elements(1, Float.self))))
        default: self = .missing
        }
    }
}
