package import SlipwayCore

/// Turns values of a request, whose arms may differ from row to row, into one typed column in an arena.
///
/// Missing values (no arm, empty text, empty list or map) are null. Whole numbers become int64, widened to double beside
/// floats; beside text every number is written as text. A scalar among lists is a list of one.
package struct ColumnBuilder {
    private typealias Element = ElementSink.Kind

    private let bytes: UnsafeRawBufferPointer
    private let arena: RequestArena

    package init(_ bytes: UnsafeRawBufferPointer, _ arena: RequestArena) {
        self.bytes = bytes
        self.arena = arena
    }

    /// One row a value. Throws `corrupt` for malformed payloads, `mismatch` where maps stand among other values.
    package func column(_ values: ArraySlice<PredictMessage.Value>) throws -> Column {
        var form = FeatureArm.Form.missing
        var element: Element?
        var key: Element?
        for value in values where value.arm != .missing {
            let own = value.arm.form
            if own == .map || form == .map, form != .missing, own != form {
                throw SlipwayError(.mismatch, "some values are maps and others are not", fix: "send one kind of value")
            }
            form = max(form, own)
            element = Self.widen(element, value.arm.element)
            if own == .map { key = Self.widen(key, value.arm.key) }
        }
        switch form {
        case .missing: return nulls(values.count)
        case .scalar: return try scalars(values, element ?? .string)
        case .list: return try lists(values, element ?? .string)
        case .nested: return try nested(values, element ?? .string)
        case .map: return try maps(values, key ?? .string, element ?? .string)
        }
    }

    private static func widen(_ old: Element?, _ new: FeatureArm.Element) -> Element {
        let own: Element
        switch new {
        case .int32, .int64: own = .int64
        case .float: own = .float
        case .double: own = .double
        case .string: own = .string
        }
        guard let old, old != own else { return own }
        return old == .string || own == .string ? .string : .double
    }

    private func nulls(_ count: Int) -> Column {
        let offsets = arena.allocate(Int32.self, count: count + 1)
        offsets.initialize(repeating: 0, count: count + 1)
        let validity = arena.allocate(UInt8.self, count: count)
        validity.initialize(repeating: 0, count: count)
        return Column(
            type: .string, count: count, nullCount: count, validity: validity, offsets: offsets,
            values: UnsafeRawPointer(validity), owner: arena)
    }

    // MARK: Forms

    private func scalars(_ values: ArraySlice<PredictMessage.Value>, _ element: Element) throws -> Column {
        var sink = ElementSink(arena, element, capacity: values.count)
        let (validity, missing) = presence(values)
        for value in values {
            if value.arm == .missing { sink.appendNull() } else { try append(value, to: &sink) }
        }
        return sink.column(validity: validity, nullCount: missing)
    }

    /// One byte a value, 0 where it is missing; nil where none is.
    private func presence(_ values: ArraySlice<PredictMessage.Value>) -> (UnsafePointer<UInt8>?, missing: Int) {
        let missing = values.count { $0.arm == .missing }
        guard missing > 0 else { return (nil, 0) }
        let validity = arena.allocate(UInt8.self, count: values.count)
        for (row, value) in values.enumerated() { validity[row] = value.arm == .missing ? 0 : 1 }
        return (UnsafePointer(validity), missing)
    }

    private func append(_ value: PredictMessage.Value, to sink: inout ElementSink) throws {
        if value.arm.element == .string { return sink.append(UnsafeRawBufferPointer(rebasing: bytes[value.range])) }
        var scan = ProtoScanner(bytes, value.range)
        try sink.append(&scan, value.arm.element)
    }

    private func lists(_ values: ArraySlice<PredictMessage.Value>, _ element: Element) throws -> Column {
        let offsets = arena.allocate(Int32.self, count: values.count + 1)
        let (validity, missing) = presence(values)
        var sink = ElementSink(arena, element, capacity: values.count * 4)
        offsets[0] = 0
        for (row, value) in values.enumerated() {
            switch value.arm.form {
            case .list: try appendList(value.range, value.arm.element, to: &sink)
            case .scalar: try append(value, to: &sink)
            default: break
            }
            offsets[row + 1] = Int32(clamping: sink.count)
        }
        let child = sink.column()
        return Column(
            type: .list(child.type), count: values.count, nullCount: missing, validity: validity, offsets: offsets,
            children: [child], owner: arena)
    }

    private func appendList(_ range: Range<Int>, _ element: FeatureArm.Element, to sink: inout ElementSink) throws {
        var scan = ProtoScanner(bytes, range)
        while let field = try scan.next() {
            guard field.number == 1 else {
                try scan.skip(field)
                continue
            }
            if element == .string {
                sink.append(UnsafeRawBufferPointer(rebasing: bytes[try scan.delimited(field)]))
            } else if field.wireType == 2 {
                let packed = try scan.delimited()
                var inner = ProtoScanner(bytes, packed)
                while !inner.isAtEnd { try sink.append(&inner, element) }
            } else if field.wireType == element.wireType {
                try sink.append(&scan, element)
            } else {
                throw scan.malformed("wire type \(field.wireType) in a list of features")
            }
        }
    }

    private func nested(_ values: ArraySlice<PredictMessage.Value>, _ element: Element) throws -> Column {
        let offsets = arena.allocate(Int32.self, count: values.count + 1)
        let (validity, missing) = presence(values)
        var inner: [Int32] = [0]
        var sink = ElementSink(arena, element, capacity: values.count * 8)
        offsets[0] = 0
        for (row, value) in values.enumerated() {
            switch value.arm.form {
            case .nested:
                var scan = ProtoScanner(bytes, value.range)
                while let field = try scan.next() {
                    guard field.number == 1 else {
                        try scan.skip(field)
                        continue
                    }
                    try appendList(try scan.delimited(field), value.arm.element, to: &sink)
                    inner.append(Int32(clamping: sink.count))
                }
            case .list:
                let first = sink.count
                try appendList(value.range, value.arm.element, to: &sink)
                inner.append(contentsOf: (first..<sink.count).map { Int32(clamping: $0 + 1) })
            case .scalar:
                try append(value, to: &sink)
                inner.append(Int32(clamping: sink.count))
            default: break
            }
            offsets[row + 1] = Int32(clamping: inner.count - 1)
        }
        let steps = arena.allocate(Int32.self, count: inner.count)
        steps.update(from: inner, count: inner.count)
        let leaf = sink.column()
        let child = Column(
            type: .list(leaf.type), count: inner.count - 1, offsets: steps, children: [leaf], owner: arena)
        return Column(
            type: .list(child.type), count: values.count, nullCount: missing, validity: validity, offsets: offsets,
            children: [child], owner: arena)
    }

    private func maps(
        _ values: ArraySlice<PredictMessage.Value>, _ key: Element, _ element: Element
    ) throws -> Column {
        let offsets = arena.allocate(Int32.self, count: values.count + 1)
        let (validity, missing) = presence(values)
        var keys = ElementSink(arena, key, capacity: values.count * 4)
        var items = ElementSink(arena, element, capacity: values.count * 4)
        offsets[0] = 0
        for (row, value) in values.enumerated() {
            if value.arm.form == .map {
                var scan = ProtoScanner(bytes, value.range)
                while let field = try scan.next() {
                    guard field.number == 1 else {
                        try scan.skip(field)
                        continue
                    }
                    try appendEntry(try scan.delimited(field), value.arm, &keys, &items)
                }
            }
            offsets[row + 1] = Int32(clamping: keys.count)
        }
        let keyColumn = keys.column(), valueColumn = items.column()
        return Column(
            type: .map(key: keyColumn.type, value: valueColumn.type), count: values.count, nullCount: missing,
            validity: validity, offsets: offsets, children: [keyColumn, valueColumn], owner: arena)
    }

    /// A key or value that is left out has its type's zero, as proto3 has it.
    private func appendEntry(
        _ range: Range<Int>, _ arm: FeatureArm, _ keys: inout ElementSink, _ items: inout ElementSink
    ) throws {
        var scan = ProtoScanner(bytes, range)
        let count = keys.count
        let valueCount = items.count
        while let field = try scan.next() {
            guard field.number == 1 || field.number == 2 else {
                try scan.skip(field)
                continue
            }
            let element = field.number == 1 ? arm.key : arm.element
            guard field.wireType == element.wireType else {
                throw scan.malformed("wire type \(field.wireType) in a map of features")
            }
            guard field.number == 1 ? keys.count == count : items.count == valueCount else {
                throw scan.malformed("a map entry with two keys or values")
            }
            func add(_ sink: inout ElementSink, _ scan: inout ProtoScanner) throws {
                if element == .string {
                    sink.append(UnsafeRawBufferPointer(rebasing: bytes[try scan.delimited()]))
                } else {
                    try sink.append(&scan, element)
                }
            }
            if field.number == 1 { try add(&keys, &scan) } else { try add(&items, &scan) }
        }
        if keys.count == count { keys.appendZero() }
        if items.count == valueCount { items.appendZero() }
    }
}

extension FeatureArm.Form: Comparable {
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
