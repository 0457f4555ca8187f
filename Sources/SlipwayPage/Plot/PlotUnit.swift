import Foundation

/// A quantity on an axis: the units it is told in, smallest first.
package struct PlotUnit: Sendable {
    package let scales: [(factor: Double, name: String)]

    package static let bytes = PlotUnit(scales: [(1, "B"), (1e3, "KB"), (1e6, "MB"), (1e9, "GB"), (1e12, "TB")])
    package static let flops = PlotUnit(scales: [
        (1, "FLOP"), (1e3, "kFLOP"), (1e6, "MFLOP"), (1e9, "GFLOP"), (1e12, "TFLOP"),
    ])
    package static let seconds = PlotUnit(scales: [(1e-6, "µs"), (1e-3, "ms"), (1, "s")])
    package static let plain = PlotUnit(scales: [(1, "")])

    /// The unit in which `value` has one to three digits before the point, or the nearest.
    package func scale(for value: Double) -> (factor: Double, name: String) {
        scales.last { abs(value) >= $0.factor * 0.9995 } ?? scales[0]
    }

    /// `value` with three digits and its unit, such as `1.24 MFLOP`.
    package func text(_ value: Double) -> String {
        let scale = scale(for: value)
        let number = Self.number(value / scale.factor)
        return scale.name.isEmpty ? number : "\(number) \(scale.name)"
    }

    /// Three digits, without an exponent where there is no need of one.
    package static func number(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        let size = abs(value)
        switch size {
        case 0: return "0"
        case ..<1e-3: return exponent(String(format: "%.2e", value))
        case ..<0.995: return String(format: "%.3g", value)
        case ..<9.995: return trimmed(String(format: "%.2f", value))
        case ..<99.95: return trimmed(String(format: "%.1f", value))
        case ..<1e6: return String(format: "%.0f", value)
        default: return exponent(String(format: "%.2e", value))
        }
    }

    private static func trimmed(_ text: String) -> String {
        var text = text
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// `2.50e-07` as `2.5e-7`.
    private static func exponent(_ text: String) -> String {
        let parts = text.split(separator: "e")
        guard parts.count == 2, let power = Int(parts[1]) else { return text }
        return "\(trimmed(String(parts[0])))e\(power)"
    }
}
