package import SlipwayCore

/// Picks rows out of columns that lie in several batches, into one new column.
package enum RowGather {
    /// Where a row lies; `chunk` < 0 for a null row.
    struct Place: Sendable {
        let chunk: Int32
        let row: Int32

        static let null = Place(chunk: -1, row: 0)
    }

    /// One row of a column, as a column.
    package static func row(_ column: Column, _ row: Int) throws -> Column {
        try self.column([Place(chunk: 0, row: Int32(clamping: row))], [column])
    }

    /// One row a place. `chunks` hold nil where a batch lacked the column. Where their types differ (SQLite's rows may,
    /// and a request's from the source's), numbers are widened, and beside text everything is text.
    ///
    /// Throws `mismatch` for scalars beside lists, or lists beside maps.
    static func column(_ places: [Place], _ chunks: [Column?]) throws -> Column {
        var type: ColumnType?
        for case let next? in chunks.map({ $0?.type }) where next != type {
            guard let known = type else {
                type = next
                continue
            }
            guard let wider = known.unified(with: next) else {
                throw SlipwayError(
                    .mismatch, "some values are \(known), others \(next)", fix: "give the column one type everywhere")
            }
            type = wider
        }
        guard let type else { return .string(places.map { _ in nil }) }
        return column(type, places.map { $0.chunk < 0 || chunks[Int($0.chunk)] == nil ? .null : $0 }, chunks)
    }

    private static func column(_ type: ColumnType, _ places: [Place], _ chunks: [Column?]) -> Column {
        func value<T: BitwiseCopyable & NumberElement>(_ place: Place, _: T.Type) -> T? {
            guard place.chunk >= 0, let chunk = chunks[Int(place.chunk)], !chunk.isNull(Int(place.row)) else {
                return nil
            }
            return chunk.type == type ? chunk.elements(as: T.self)[Int(place.row)] : T(chunk, Int(place.row))
        }
        switch type {
        case .int32: return .int32(places.map { value($0, Int32.self) })
        case .int64: return .int64(places.map { value($0, Int64.self) })
        case .float: return .float(places.map { value($0, Float.self) })
        case .double: return .double(places.map { value($0, Double.self) })
        case .bool: return .bool(places.map { value($0, UInt8.self).map { $0 != 0 } })
        case .string: return .string(places.map { text($0, chunks) })
        case .list(let element):
            let (lengths, inner) = expand(places, chunks)
            return .list(lengths: lengths, child: column(element, inner, chunks.map { $0?.children.first }))
        case .map(let key, let element):
            let (lengths, inner) = expand(places, chunks)
            return .map(
                lengths: lengths, keys: column(key, inner, chunks.map { $0?.children.first }),
                values: column(element, inner, chunks.map { $0?.children.last }))
        }
    }

    private static func expand(_ places: [Place], _ chunks: [Column?]) -> (lengths: [Int?], inner: [Place]) {
        var lengths: [Int?] = []
        var inner: [Place] = []
        for place in places {
            guard place.chunk >= 0, let chunk = chunks[Int(place.chunk)], !chunk.isNull(Int(place.row)) else {
                lengths.append(nil)
                continue
            }
            let range = chunk.range(Int(place.row))
            lengths.append(range.count)
            for index in range { inner.append(Place(chunk: place.chunk, row: Int32(clamping: index))) }
        }
        return (lengths, inner)
    }

    static func text(_ place: Place, _ chunks: [Column?]) -> String? {
        guard place.chunk >= 0, let chunk = chunks[Int(place.chunk)] else { return nil }
        return text(chunk, Int(place.row))
    }

    /// A cell that is text or a number, as text; nil for null and for lists and maps.
    static func text(_ column: Column, _ row: Int) -> String? {
        guard !column.isNull(row) else { return nil }
        switch column.type {
        case .string: return String(decoding: column.bytes(row), as: UTF8.self)
        case .int32: return "\(column.elements(as: Int32.self)[row])"
        case .int64: return "\(column.elements(as: Int64.self)[row])"
        case .float: return "\(column.elements(as: Float.self)[row])"
        case .double: return "\(column.elements(as: Double.self)[row])"
        case .bool: return column.elements(as: UInt8.self)[row] == 0 ? "false" : "true"
        case .list, .map: return nil
        }
    }

    /// Bytes a column holds.
    static func sizeBytes(_ column: Column) -> Int {
        let offsets = column.offsets == nil ? 0 : (column.count + 1) * 4
        let validity = column.validity == nil ? 0 : column.count
        let own: Int
        switch column.type {
        case .int32, .float: own = column.count * 4
        case .int64, .double: own = column.count * 8
        case .bool: own = column.count
        case .string: own = column.offsets.map { Int($0[column.count]) } ?? 0
        case .list, .map: own = 0
        }
        return own + offsets + validity + column.children.reduce(0) { $0 + sizeBytes($1) }
    }
}
