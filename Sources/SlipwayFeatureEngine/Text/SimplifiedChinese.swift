import Foundation

/// Traditional Chinese characters and their simplified forms, one for one, from the Unicode data the system has.
enum SimplifiedChinese {
    static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        (0x4e00...0x9fff).contains(scalar.value) || (0x3400...0x4dbf).contains(scalar.value)
            || (0xf900...0xfaff).contains(scalar.value) || (0x20000...0x2ffff).contains(scalar.value)
    }

    static func scalar(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard (0x4e00...0x9fff).contains(scalar.value) else { return scalar }
        return table[Int(scalar.value - 0x4e00)]
    }

    private static let table: [Unicode.Scalar] = (UInt32(0x4e00)...0x9fff).map { value in
        guard let scalar = Unicode.Scalar(value) else { return "\u{fffd}" }
        let simple = String(scalar).applyingTransform(StringTransform("Traditional-Simplified"), reverse: false)
        guard let mapped = simple?.unicodeScalars, mapped.count == 1, let first = mapped.first else { return scalar }
        return first
    }
}
