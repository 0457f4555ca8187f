/// How wide text is at most in the sans-serif fonts that a drawing names, in parts of the font size. Drawings are made where
/// no font is, so the widest of the fonts (Verdana's kin) decides.
package enum TextWidth {
    /// Width of `text` on one line.
    package static func of(_ text: String, size: Double, isBold: Bool = false) -> Double {
        text.unicodeScalars.reduce(0) { $0 + width($1) } * size * (isBold ? 1.1 : 1)
    }

    /// `text`, its middle left out where it would be wider than `width`.
    package static func shortened(_ text: String, to width: Double, size: Double, isBold: Bool = false) -> String {
        guard of(text, size: size, isBold: isBold) > width else { return text }
        let scalars = Array(text.unicodeScalars)
        var kept = scalars.count - 1
        while kept > 1 {
            let head = kept - kept / 2
            var short = String.UnicodeScalarView(scalars[..<head])
            short.append("…")
            short.append(contentsOf: scalars[(scalars.count - kept / 2)...])
            if of(String(short), size: size, isBold: isBold) <= width { return String(short) }
            // Long names, which a file may hold, are cut by halves first.
            kept = kept > 256 ? kept / 2 : kept - 1
        }
        return "…"
    }

    private static func width(_ scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", ".", ",", ":", ";", "'", "|", "!", "I": return 0.38
        case " ", "f", "t", "r", "(", ")", "[", "]", "/", "\\", "-", "·": return 0.46
        case "m", "M", "w", "W", "@", "%", "…": return 1.02
        case "a"..."z", "0"..."9", "_": return 0.645
        case "A"..."Z": return 0.76
        default: return scalar.value < 0x1100 ? 0.85 : 1.1
        }
    }
}
