/// Text from files made safe to print: names in a file could otherwise steer the terminal.
package enum VisibleText {
    /// `text` on one line, control and formatting characters as `\u{1b}`.
    package static func line(_ text: String) -> String { escape(text, keepsLines: false) }

    /// The same, but line breaks stay.
    package static func lines(_ text: String) -> String { escape(text, keepsLines: true) }

    private static func escape(_ text: String, keepsLines: Bool) -> String {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) || (keepsLines && $0 == 0x0A) }) { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                if keepsLines, scalar == "\n" {
                    result.unicodeScalars.append(scalar)
                } else {
                    result += "\\u{\(String(scalar.value, radix: 16))}"
                }
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
