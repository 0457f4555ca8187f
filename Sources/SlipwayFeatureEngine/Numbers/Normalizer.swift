import Foundation
import SlipwayCore

/// How a number is changed before it is bucketized or passed on. Source: the normalizer section of upstream's feature page.
enum Normalizer: Sendable {
    case log10(threshold: Double, otherwise: Double)
    case zscore(mean: Double, deviation: Double)
    case minmax(low: Double, range: Double)
    case expression(Expression)

    /// nil when the entry has none.
    init?(_ entry: FGEntry) throws {
        guard let text = try entry.text("normalizer"), !text.isEmpty else { return nil }
        let parts = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        let rest = parts.count > 1 ? String(parts[1]) : ""
        var options: [String: String] = [:]
        for option in rest.split(separator: ",") {
            let halves = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = halves[0].trimmingCharacters(in: .whitespaces)
            options[key] = halves.count > 1 ? halves[1].trimmingCharacters(in: .whitespaces) : ""
        }
        func number(_ key: String, _ fallback: Double? = nil) throws -> Double {
            guard let stated = options[key] else {
                if let fallback { return fallback }
                throw entry.wrong("normalizer", "\"\(text)\" lacks \(key)", fix: "write \(key)=NUMBER")
            }
            guard let value = Double(stated) else {
                throw entry.wrong("normalizer", "has \(key)=\(stated)", fix: "use a number")
            }
            return value
        }
        switch parts[0].trimmingCharacters(in: .whitespaces) {
        case "method=log10":
            self = .log10(threshold: try number("threshold", 1e-10), otherwise: try number("default", -10))
        case "method=zscore":
            self = .zscore(mean: try number("mean"), deviation: try number("standard_deviation"))
        case "method=minmax":
            let low = try number("min")
            self = .minmax(low: low, range: try number("max") - low)
        case "method=expression":
            guard let place = rest.range(of: "expr=") else {
                throw entry.wrong("normalizer", "\"\(text)\" lacks expr", fix: "write expr=EXPRESSION")
            }
            do {
                self = .expression(try Expression(String(rest[place.upperBound...]), variables: ["x"]))
            } catch let error as SlipwayError {
                throw entry.wrong("normalizer", "\(error.message)", fix: error.fix ?? "mend the expression")
            }
        default:
            throw entry.wrong(
                "normalizer", "is \"\(text)\"", fix: "use method=log10, zscore, minmax or expression and its options")
        }
    }

    func apply(_ x: Double) -> Double {
        switch self {
        case .log10(let threshold, let otherwise): return x > threshold ? Foundation.log10(x) : otherwise
        case .zscore(let mean, let deviation): return (x - mean) / deviation
        case .minmax(let low, let range): return (x - low) / range
        case .expression(let expression): return expression.value(x)
        }
    }
}
