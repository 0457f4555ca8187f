import Foundation
import SlipwayCore

/// Turns text into a plain form. Options are the bits that `text_normalizer` carries in `parameter`.
struct TextNormalizer: Sendable {
    struct Options: OptionSet, Sendable {
        let rawValue: Int
        static let toUpper = Options(rawValue: 2)
        static let toLower = Options(rawValue: 4)
        /// Full width to half width.
        static let toHalfWidth = Options(rawValue: 8)
        /// Traditional to simplified Chinese.
        static let toSimplified = Options(rawValue: 16)
        /// Without punctuation, symbols and control characters, or without those of a file.
        static let filter = Options(rawValue: 32)
        /// Chinese characters apart, with blanks between.
        static let splitCharacters = Options(rawValue: 512)

        static let usual: Options = [.toUpper, .toHalfWidth, .toSimplified, .filter]
    }

    private let options: Options
    private let removesSpace: Bool
    /// Longer text is left as it is; 0 for any length.
    private let maxLength: Int
    private let stopCharacters: Set<Unicode.Scalar>?

    init(_ entry: FGEntry, _ context: CompileContext) throws {
        options = try entry.integer("parameter", in: 0...1023).map { Options(rawValue: Int($0)) } ?? .usual
        removesSpace = try entry.flag("remove_space")
        maxLength = Int(try entry.integer("max_length", in: 0...Int64(Int32.max)) ?? 0)
        if let path = try entry.text("stop_char_file"), !path.isEmpty {
            let bytes = try withContext("feature \(entry.name), stop_char_file") {
                try MappedFile.contents(of: context.path(path))
            }
            let text = String(decoding: bytes, as: UTF8.self)
            stopCharacters = Set(text.unicodeScalars.filter { $0 != "\n" && $0 != "\r" })
        } else {
            stopCharacters = nil
        }
    }

    func apply(_ text: String) -> String {
        let scalars = text.unicodeScalars
        if maxLength > 0, scalars.count > maxLength { return text }
        var out = String.UnicodeScalarView()
        for scalar in scalars { add(scalar, to: &out) }
        return String(out)
    }

    private func add(_ original: Unicode.Scalar, to out: inout String.UnicodeScalarView) {
        var scalar = original
        if options.contains(.toHalfWidth) { scalar = Self.halfWidth(scalar) }
        if options.contains(.toSimplified) { scalar = SimplifiedChinese.scalar(scalar) }
        if removesSpace, scalar.properties.isWhitespace { return }
        if options.contains(.filter), isFiltered(scalar) { return }
        if options.contains(.splitCharacters), SimplifiedChinese.isIdeograph(scalar) {
            if let last = out.last, last != " " { out.append(" ") }
            out.append(scalar)
            out.append(" ")
            return
        }
        if options.contains(.toUpper) {
            out.append(contentsOf: Self.single(scalar.properties.uppercaseMapping, scalar))
        } else if options.contains(.toLower) {
            out.append(contentsOf: Self.single(scalar.properties.lowercaseMapping, scalar))
        } else {
            out.append(scalar)
        }
    }

    private static func single(_ mapping: String, _ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
        mapping.unicodeScalars.count == 1 ? mapping.unicodeScalars : String(scalar).unicodeScalars
    }

    private static func halfWidth(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x3000: return " "
        case 0xff01...0xff5e: return Unicode.Scalar(scalar.value - 0xfee0) ?? scalar
        default: return scalar
        }
    }

    private func isFiltered(_ scalar: Unicode.Scalar) -> Bool {
        if let stopCharacters { return stopCharacters.contains(scalar) }
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol,
            .control, .format, .privateUse, .surrogate, .unassigned:
            return true
        default: return false
        }
    }
}
