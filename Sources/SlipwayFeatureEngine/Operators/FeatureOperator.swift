/// A kind of feature: reads its keys, names its inputs, and makes the values of a row or step from theirs.
///
/// One file and one line in `OperatorCatalogue` each. A row or step any of whose inputs is missing never reaches `apply`.
protocol FeatureOperator: Sendable {
    /// `feature_type` without `sequence_`.
    static var typeName: String { get }

    /// - Throws: `invalid_config` naming feature and key, or what reading its files throws.
    init(_ entry: FGEntry, _ context: CompileContext) throws

    var inputs: [OperatorInput] { get }
    var traits: OperatorTraits { get }

    /// Writes the values of one row or step; none makes the row missing.
    func apply(_ row: OperatorRow, to out: FeatureWriter)
    /// Writes the default, given as text. Only the values before normalizing.
    func writeDefault(_ text: String, to out: FeatureWriter)
}

/// One input of an operator.
struct OperatorInput: Sendable {
    let expression: InputExpression
    var form: CellForm
}

/// What the engine must know of an operator beside its inputs.
struct OperatorTraits: Sendable {
    /// Its values without a bucketizer.
    var plain: ValueTarget
    /// There is one input, which then is a sequence wherever the feature is one.
    var hasSingleInput = false
    /// Every input is cut into steps, those of one step serve all steps.
    var allInputsAreSteps = false
    /// Values of a row or step that are kept; 0 for all.
    var keep = 0
    /// Values every row or step has; 0 for any number.
    var width = 0
    /// Values of a step that the model expects; other than 1, it reads key lengths.
    var valueDim = 1
    var usesNormalizer = false
    var isWeighted = false
    /// It passes the values of its only input on as they are, so that a column of single values can be taken at once.
    var isPlain = false
    /// The default where the entry has none or an empty one.
    var emptyDefault = ""
    var separator = Separator(byte: 0x1d)
}

extension FeatureOperator {
    func writeDefault(_ text: String, to out: FeatureWriter) {
        var text = text
        text.withUTF8 { bytes in traits.separator.split(bytes) { out.emit(Token(text: $0)) } }
    }
}
