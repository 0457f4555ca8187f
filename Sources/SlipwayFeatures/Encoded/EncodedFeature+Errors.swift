import SlipwayCore

extension EncodedFeature {
    func wrongType(_ column: Column, allowed: String) -> SlipwayError {
        SlipwayError(
            .mismatch, "feature \(name): column \(name) has type \(column.type)",
            fix: "use one of: \(allowed)")
    }

    /// A cell that cannot be read. `text` is what it holds, cut to a readable length.
    func badCell(
        _ row: Int, _ problem: String, text: UnsafeBufferPointer<UInt8>? = nil, fix: String
    ) -> SlipwayError {
        var message = "feature \(name): column \(name), row \(row): "
        if let text {
            let shown = String(decoding: text.prefix(40), as: UTF8.self)
            message += "\"\(Self.visible(shown))\(text.count > 40 ? "…" : "")\" "
        }
        return SlipwayError(.corrupt, message + problem, fix: fix)
    }

    func notANumber(_ row: Int, _ text: UnsafeBufferPointer<UInt8>, _ kind: String) -> SlipwayError {
        badCell(row, "is not \(kind)", text: text, fix: "write \(kind), or leave the whole cell null or empty")
    }

    func nullElement(_ row: Int) -> SlipwayError {
        badCell(row, "a value inside the cell is null", fix: "drop nulls from lists, or make the whole cell null")
    }

    func missing(_ row: Int) -> SlipwayError {
        badCell(
            row, "the cell is empty and the feature has no default value",
            fix: "set fg_encoded_default_value of feature \(name), or fill the column")
    }

    func wrongWidth(_ row: Int, found: Int, expected: Int) -> SlipwayError {
        badCell(
            row, "holds \(found) value\(found == 1 ? "" : "s"), value_dim is \(expected)",
            fix: "set value_dim of feature \(name), or mend the column")
    }

    func wrongDefault(_ row: Int, _ found: Int, _ expected: Int) -> SlipwayError {
        badCell(
            row, "is empty, and the default has \(found) value\(found == 1 ? "" : "s") where value_dim is \(expected)",
            fix: "give fg_encoded_default_value of feature \(name) as many values as value_dim")
    }

    /// Control characters as `\u{…}`.
    private static func visible(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 || scalar.value == 0x7f {
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// Nil defaults of the generated kind are an error the moment one is needed.
    func checkGenerated(_ row: Int) throws {
        if defaultIsGenerated { throw missing(row) }
    }
}
