import Foundation

/// Operators between two numbers. Truth is 1 and 0; anything but 0 is true. Source: as `ElementFunction`.
enum BinaryOperator: String, CaseIterable {
    case or = "||"
    case and = "&&"
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case notEqual = "!="
    case equal = "=="
    case bitOr = "|"
    case bitAnd = "&"
    case greater = ">"
    case less = "<"
    case plus = "+"
    case minus = "-"
    case times = "*"
    case over = "/"
    case power = "^"

    /// Binds tighter the higher it is.
    var precedence: Int {
        switch self {
        case .or: return 1
        case .and: return 2
        case .bitOr: return 3
        case .bitAnd: return 4
        case .lessOrEqual, .greaterOrEqual, .notEqual, .equal, .greater, .less: return 5
        case .plus, .minus: return 6
        case .times, .over: return 7
        case .power: return 8
        }
    }

    var function: ElementFunction {
        let body: @Sendable (Double, Double) -> Double
        switch self {
        case .or: body = { $0 != 0 || $1 != 0 ? 1 : 0 }
        case .and: body = { $0 != 0 && $1 != 0 ? 1 : 0 }
        case .bitOr: body = { Self.bits($0, $1, |) }
        case .bitAnd: body = { Self.bits($0, $1, &) }
        case .lessOrEqual: body = { $0 <= $1 ? 1 : 0 }
        case .greaterOrEqual: body = { $0 >= $1 ? 1 : 0 }
        case .notEqual: body = { $0 != $1 ? 1 : 0 }
        case .equal: body = { $0 == $1 ? 1 : 0 }
        case .greater: body = { $0 > $1 ? 1 : 0 }
        case .less: body = { $0 < $1 ? 1 : 0 }
        case .plus: body = { $0 + $1 }
        case .minus: body = { $0 - $1 }
        case .times: body = { $0 * $1 }
        case .over: body = { $0 / $1 }
        case .power: body = { Foundation.pow($0, $1) }
        }
        return ElementFunction(name: rawValue, arity: 2) { body($0[0], $0[1]) }
    }

    /// Both sides as whole numbers; NaN where one is none.
    private static func bits(_ a: Double, _ b: Double, _ body: (Int64, Int64) -> Int64) -> Double {
        guard a.magnitude < 0x1p63, b.magnitude < 0x1p63 else { return .nan }
        return Double(body(Int64(a), Int64(b)))
    }
}
