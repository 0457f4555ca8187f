import Foundation
import SlipwayCore

/// A setting's value as it stands in a file or a flag.
struct SettingValue {
    let name: String
    let words: [String]

    /// - Parameter value: text, a number, a truth value, or a list of such.
    init(_ name: String, _ value: Any) throws {
        self.name = name
        switch value {
        case let list as [Any]: words = list.map(Self.word)
        case is [String: Any]:
            throw SlipwayError(.invalidConfig, "\(name) is an object", fix: "give it a value or a list")
        default: words = [Self.word(value)]
        }
    }

    /// JSON's 0 and 1 pass for truth values too, and are numbers.
    private static func word(_ value: Any) -> String {
        if let flag = value as? Bool, (value as? NSNumber).map({ String(cString: $0.objCType) == "c" }) ?? true {
            return flag ? "true" : "false"
        }
        return "\(value)"
    }

    init(_ name: String, text: String) {
        self.name = name
        words = [text]
    }

    private func wrong(_ kind: String) -> SlipwayError {
        SlipwayError(.invalidArgument, "\(name) is \"\(words.joined(separator: ","))\"", fix: "give it \(kind)")
    }

    var text: String { words.joined(separator: ",") }

    var texts: [String] {
        words.flatMap { word in word.split(separator: ",").map { String($0.trimmingPrefix(while: { $0 == " " })) } }
            .filter { !$0.isEmpty }
    }

    func whole(_ range: ClosedRange<Int>) throws -> Int {
        let number = Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
        guard let number, range.contains(number) else {
            throw wrong("a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func number(_ range: ClosedRange<Double>) throws -> Double {
        guard let number = Double(text), range.contains(number) else {
            throw wrong("a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    var flag: Bool {
        get throws {
            switch text.lowercased() {
            case "true", "1", "yes", "on": return true
            case "false", "0", "no", "off": return false
            default: throw wrong("true or false")
            }
        }
    }

    func choice<T: RawRepresentable & CaseIterable>(_: T.Type) throws -> T where T.RawValue == String {
        guard let found = T(rawValue: text.lowercased()) else {
            throw wrong("one of \(T.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return found
    }
}
