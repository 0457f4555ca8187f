public import SlipwayCore

extension Column {
    /// Every row of an int32, int64 or bool column; nil for any other type.
    public func integers() -> [Int64?]? {
        switch type {
        case .int64: return rows(Int64.self) { $0 }
        case .int32: return rows(Int32.self) { Int64($0) }
        case .bool: return rows(UInt8.self) { Int64($0) }
        default: return nil
        }
    }

    /// Every row of a numeric column, as Double; nil for strings, lists and maps.
    public func doubles() -> [Double?]? {
        switch type {
        case .double: return rows(Double.self) { $0 }
        case .float: return rows(Float.self) { Double($0) }
        default: return integers().map { $0.map { $0.map { Double($0) } } }
        }
    }

    /// Every row of a string column; nil for any other type.
    public func strings() -> [String?]? {
        guard type == .string else { return nil }
        return (0..<count).map { isNull($0) ? nil : String(decoding: bytes($0), as: UTF8.self) }
    }

    /// The range of child elements of every row of a list or map column, nil for a null row; nil for any other type.
    public func ranges() -> [Range<Int>?]? {
        guard !children.isEmpty else { return nil }
        return (0..<count).map { isNull($0) ? nil : range($0) }
    }

    private func rows<Stored: BitwiseCopyable, T>(_: Stored.Type, _ convert: (Stored) -> T) -> [T?] {
        let stored = elements(as: Stored.self)
        return stored.indices.map { isNull($0) ? nil : convert(stored[$0]) }
    }
}
