import Foundation

/// Sizes and counts as people read them.
package enum Quantity {
    /// `999 B`, `1.2 KB`, `34 MB`: decimal units.
    package static func bytes(_ count: Int) -> String {
        let units = ["B", "KB", "MB", "GB", "TB", "PB", "EB"]
        var value = Double(count), unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return unit == 0 ? "\(count) B" : String(format: value < 9.95 ? "%.1f" : "%.0f", value) + " \(units[unit])"
    }

    /// `1,234,567`.
    package static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return value < 0 ? "-" + result : result
    }

    /// `1 table`, `2 tables`.
    package static func count(_ value: Int, _ noun: String, plural: String? = nil) -> String {
        "\(count(value)) \(value == 1 ? noun : plural ?? noun + "s")"
    }

    /// `12.5%`; a dash when there is no whole.
    package static func share(_ part: Int, of whole: Int) -> String {
        whole > 0 ? String(format: "%.1f%%", Double(part) / Double(whole) * 100) : "-"
    }

    /// At most four digits, such as `0.7416`; large ones as a whole.
    package static func number(_ value: Double) -> String {
        String(format: (1e4..<1e15).contains(abs(value)) ? "%.0f" : "%.4g", value)
    }

    /// Three digits with an exponent where small, such as `2.98e-08`.
    package static func difference(_ value: Double) -> String { value == 0 ? "0" : String(format: "%.3g", value) }
}

extension Int {
    /// The sum, or the largest number when it does not fit: sizes in a file may be made up.
    func addingClamped(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    func multipliedClamped(by other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
