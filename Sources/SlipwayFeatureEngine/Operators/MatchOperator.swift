/// Values that a map of maps holds for a primary and a secondary key.
struct MatchOperator: FeatureOperator {
    static let typeName = "match_feature"

    let inputs: [OperatorInput]
    let traits: OperatorTraits
    private let isDiscrete: Bool
    private let showsPrimary: Bool
    private let showsSecondary: Bool
    /// Index of the key's input; nil for all keys.
    private let primary: Int?
    private let secondary: Int?
    private let name: [UInt8]

    private static let between = Separator(byte: 0x2c)  // ,
    private static let delimiter = Separator(byte: 0x3a)  // :

    init(_ entry: FGEntry, _ context: CompileContext) throws {
        let separator = try entry.separator()
        var inputs = [
            OperatorInput(
                expression: try entry.expression("user"),
                form: .pairs(Separator(byte: 0x7c), Separator(byte: 0x5e)))
        ]
        func key(_ field: String) throws -> Int? {
            guard try entry.requiredText(field) != "ALL" else { return nil }
            inputs.append(OperatorInput(expression: try entry.expression(field), form: .values(separator)))
            return inputs.count - 1
        }
        primary = try key("category")
        secondary = try key("item")
        self.inputs = inputs
        isDiscrete = try entry.flag("needDiscrete") || entry.text("value_type") == "string"
        showsPrimary = try entry.flag("show_category")
        showsSecondary = try entry.flag("show_item")
        name = Array(entry.name.utf8)
        traits = OperatorTraits(
            plain: isDiscrete ? .texts : .dense(width: 1), valueDim: try entry.valueDim(1), usesNormalizer: true,
            separator: separator)
    }

    func apply(_ row: OperatorRow, to out: FeatureWriter) {
        let pairs = row[0]
        guard let primary else {
            for place in stride(from: 0, to: pairs.count - 1, by: 2) { match(pairs, place, row, out) }
            return
        }
        for key in row[primary] {
            let text = key.text(in: row.arena)
            for place in stride(from: 0, to: pairs.count - 1, by: 2)
            where Bytes.areEqual(pairs[place].text(in: row.arena), text) {
                match(pairs, place, row, out)
            }
        }
    }

    private func match(_ pairs: UnsafeBufferPointer<Token>, _ place: Int, _ row: OperatorRow, _ out: FeatureWriter) {
        let outer = pairs[place].text(in: row.arena)
        let inner = pairs[place + 1].text(in: row.arena)
        guard !inner.isEmpty else { return }
        guard let secondary else {
            Self.between.split(inner) { pair in
                if let (key, value) = Self.delimiter.halve(pair) { emit(outer, key, value, row, out) }
            }
            return
        }
        for wanted in row[secondary] {
            let wanted = wanted.text(in: row.arena)
            Self.between.split(inner) { pair in
                guard let (key, value) = Self.delimiter.halve(pair), Bytes.areEqual(key, wanted) else { return }
                emit(outer, key, value, row, out)
            }
        }
    }

    private typealias Text = UnsafeBufferPointer<UInt8>

    private func emit(_ outer: Text, _ inner: Text, _ value: Text, _ row: OperatorRow, _ out: FeatureWriter) {
        guard isDiscrete else {
            out.emit(Token(text: value))
            return
        }
        name.withUnsafeBufferPointer { name in
            var text = name
            if showsPrimary { text = row.arena.join(text, 0x5f, outer) }
            if showsSecondary { text = row.arena.join(text, 0x5f, inner) }
            out.emit(Token(text: row.arena.join(text, 0x5f, value)), plain: Token(text: value))
        }
    }
}
