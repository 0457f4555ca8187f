import SlipwayCore

extension FGEntry {
    /// The entry's `separator`, or the one values usually have.
    func separator() throws -> Separator {
        guard let stated = try text("separator") else { return Separator(byte: 0x1d) }
        guard let separator = Separator(stated) else {
            throw wrong("separator", "is empty", fix: "set the text between two values")
        }
        return separator
    }

    func expression(_ key: String) throws -> InputExpression {
        try InputExpression(requiredText(key), key: key, of: self)
    }

    /// A list of inputs, at least `least` of them.
    func expressions(_ key: String, least: Int) throws -> [InputExpression] {
        let texts = try texts(key) ?? []
        guard texts.count >= least else {
            throw wrong(key, "names \(texts.count) inputs", fix: "name at least \(least)")
        }
        return try texts.map { try InputExpression($0, key: key, of: self) }
    }

    /// `value_dim`, or `otherwise` when it is not there.
    func valueDim(_ otherwise: Int) throws -> Int {
        try integer("value_dim", in: 0...(1 << 20)).map { Int($0) } ?? otherwise
    }
}
