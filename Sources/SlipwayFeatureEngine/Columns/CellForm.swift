/// How the text of one input is cut into values.
struct CellForm: Sendable {
    enum Shape: Sendable {
        /// Values between separators.
        case values
        /// The text is one value.
        case whole
        /// Keys and values in turn; the text between separators is cut at its first `delimiter`.
        case pairs(delimiter: Separator)
    }

    let separator: Separator
    let shape: Shape

    static func values(_ separator: Separator) -> CellForm { CellForm(separator: separator, shape: .values) }
    static let whole = CellForm(separator: Separator(byte: 0x1d), shape: .whole)
    static func pairs(_ separator: Separator, _ delimiter: Separator) -> CellForm {
        CellForm(separator: separator, shape: .pairs(delimiter: delimiter))
    }

    /// Cuts one text into `out`. An empty text gives nothing.
    @inline(__always)
    func cut(_ text: UnsafeBufferPointer<UInt8>, into out: TokenBuffer) {
        guard !text.isEmpty else { return }
        switch shape {
        case .whole: out.append(Token(text: text))
        case .values: separator.split(text) { out.append(Token(text: $0)) }
        case .pairs(let delimiter): separator.split(text) { Self.cutPair($0, delimiter, into: out) }
        }
    }

    /// Cuts one element of a list, whose values are already apart.
    @inline(__always)
    func cutElement(_ text: UnsafeBufferPointer<UInt8>, into out: TokenBuffer) {
        if case .pairs(let delimiter) = shape {
            Self.cutPair(text, delimiter, into: out)
        } else {
            out.append(Token(text: text))
        }
    }

    /// Adds a number; in pairs it is a key without a value.
    @inline(__always)
    func add(_ token: Token, into out: TokenBuffer) {
        out.append(token)
        if case .pairs = shape { out.append(.absent) }
    }

    private static func cutPair(_ text: UnsafeBufferPointer<UInt8>, _ delimiter: Separator, into out: TokenBuffer) {
        if let (key, value) = delimiter.halve(text) {
            out.append(Token(text: key))
            out.append(Token(text: value))
        } else {
            out.append(Token(text: text))
            out.append(.absent)
        }
    }
}
