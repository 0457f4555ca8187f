import Foundation

/// Text and numbers as an SVG file holds them.
package enum SVGText {
    /// `text` made visible and escaped, for content and attributes. Line breaks stay where `keepsLines`.
    package static func escape(_ text: String, keepsLines: Bool = false) -> String {
        var result = ""
        for scalar in (keepsLines ? VisibleText.lines(text) : VisibleText.line(text)).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            // XML has no way to write these.
            case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A coordinate with one digit behind the point at most.
    package static func number(_ value: Double) -> String {
        let tenths = (value * 10).rounded()
        guard abs(tenths) < 1e15 else { return "0" }
        let whole = Int(tenths)
        let sign = whole < 0 ? "-" : ""
        return whole % 10 == 0
            ? "\(whole / 10)" : "\(sign)\(whole.magnitude / 10).\(whole.magnitude % 10)"
    }
}
