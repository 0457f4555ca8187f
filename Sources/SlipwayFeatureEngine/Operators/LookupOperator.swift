import CSlipwayText

/// Values that a map input holds for the keys of another.
struct LookupOperator: FeatureOperator {
    static let typeName = "lookup_feature"

    let inputs: [OperatorInput]
    let traits: OperatorTraits
    private let isDiscrete: Bool
    private let needsKey: Bool
    private let combiner: Combiner?

    init(_ entry: FGEntry, _ context: CompileContext) throws {
        let separator = try entry.separator()
        inputs = [
            OperatorInput(
                expression: try entry.expression("map"),
                form: .pairs(Separator(byte: 0x1d), Separator(byte: 0x3a))),
            OperatorInput(expression: try entry.expression("key"), form: .values(separator)),
        ]
        needsKey = try entry.flag("needKey")
        isDiscrete = try entry.flag("needDiscrete") || needsKey || entry.text("value_type") == "string"
        combiner = isDiscrete ? nil : try Combiner.named(try entry.text("combiner") ?? "sum", entry)
        traits = OperatorTraits(
            plain: isDiscrete ? .texts : .dense(width: 1), valueDim: try entry.valueDim(1), usesNormalizer: true,
            separator: separator)
    }

    func apply(_ row: OperatorRow, to out: FeatureWriter) {
        let pairs = row[0]
        let keys = row[1]
        let index = keys.count * pairs.count > 16 ? PairIndex.current(row, input: 0) : nil
        row.numbers.removeAll(keepingCapacity: true)
        for key in keys {
            let text = key.text(in: row.arena)
            let place = index.map { $0.find(text, pairs, row.arena) } ?? Self.scan(text, pairs, row.arena)
            guard place >= 0, pairs[place + 1].kind != .absent else { continue }
            take(pairs[place + 1], key: text, row, out)
        }
        if let combiner, !row.numbers.isEmpty { out.emit(combiner.combine(&row.numbers)) }
    }

    @inline(__always)
    private func take(_ value: Token, key: UnsafeBufferPointer<UInt8>, _ row: OperatorRow, _ out: FeatureWriter) {
        if isDiscrete {
            out.emit(needsKey ? Token(text: row.arena.join(key, 0x5f, value.text(in: row.arena))) : value)
        } else if let number = value.number, !number.isNaN {
            if combiner != nil { row.numbers.append(number) } else { out.emit(number) }
        } else {
            out.counters.unparsable += 1
        }
    }

    /// The last pair of this key, as in a map that later entries overwrite; -1 for none.
    private static func scan(
        _ key: UnsafeBufferPointer<UInt8>, _ pairs: UnsafeBufferPointer<Token>, _ arena: ByteArena
    ) -> Int {
        for index in stride(from: pairs.count - 2, through: 0, by: -2)
        where Bytes.areEqual(pairs[index].text(in: arena), key) {
            return index
        }
        return -1
    }
}
