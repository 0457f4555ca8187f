/// Several numbers, or words that stand for numbers, made into one.
struct CombineOperator: FeatureOperator {
    static let typeName = "combine_feature"

    let inputs: [OperatorInput]
    let traits: OperatorTraits
    private let combiner: Combiner
    /// Places in `mapped` by word.
    private let words: Vocabulary?
    private let mapped: [Double]
    private let isWhole: Bool

    init(_ entry: FGEntry, _ context: CompileContext) throws {
        let separator = try entry.separator()
        inputs = [OperatorInput(expression: try entry.expression("expression"), form: .values(separator))]
        combiner = try Combiner.named(try entry.text("combiner") ?? "sum", entry) ?? .sum
        if let members = try entry.members("value_map") {
            mapped = try members.map { member in
                guard let value = member.value.double else {
                    throw entry.wrong("value_map", "gives \"\(member.key)\" no number", fix: "use a number")
                }
                return value
            }
            words = Vocabulary(members.enumerated().map { (Array($1.key.utf8), Int64($0)) })
        } else {
            (words, mapped) = (nil, [])
        }
        isWhole = try entry.text("value_type") == "int64"
        traits = OperatorTraits(
            plain: .dense(width: 1), hasSingleInput: true, usesNormalizer: true, separator: separator)
    }

    func apply(_ row: OperatorRow, to out: FeatureWriter) {
        row.numbers.removeAll(keepingCapacity: true)
        for token in row[0] {
            if let words {
                if let place = words.id(token.text(in: row.arena)) {
                    row.numbers.append(mapped[Int(place)])
                } else {
                    out.counters.outOfVocabulary += 1
                }
            } else if let number = token.number, !number.isNaN {
                row.numbers.append(number)
            } else {
                out.counters.unparsable += 1
            }
        }
        guard !row.numbers.isEmpty else { return }
        let value = combiner.combine(&row.numbers)
        out.emit(isWhole ? value.rounded(.towardZero) : value)
    }
}
