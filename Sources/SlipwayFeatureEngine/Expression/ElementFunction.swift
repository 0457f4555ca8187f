import Foundation

/// A function of numbers, one at a time. Source: the function and operator tables of `expr_feature` on upstream's page.
struct ElementFunction: Sendable {
    let name: String
    /// Number of arguments; nil for one or more.
    let arity: Int?
    let apply: @Sendable (UnsafeBufferPointer<Double>) -> Double

    static func named(_ name: String) -> ElementFunction? { byName[name] }

    static let names = byName.keys.sorted()

    private static let byName: [String: ElementFunction] = {
        var result: [String: ElementFunction] = [:]
        func one(_ name: String, _ body: @escaping @Sendable (Double) -> Double) {
            result[name] = ElementFunction(name: name, arity: 1) { body($0[0]) }
        }
        func two(_ name: String, _ body: @escaping @Sendable (Double, Double) -> Double) {
            result[name] = ElementFunction(name: name, arity: 2) { body($0[0], $0[1]) }
        }
        func any(_ name: String, _ body: @escaping @Sendable (UnsafeBufferPointer<Double>) -> Double) {
            result[name] = ElementFunction(name: name, arity: nil, apply: body)
        }
        one("sin") { Foundation.sin($0) }
        one("cos") { Foundation.cos($0) }
        one("tan") { Foundation.tan($0) }
        one("asin") { Foundation.asin($0) }
        one("acos") { Foundation.acos($0) }
        one("atan") { Foundation.atan($0) }
        one("sinh") { Foundation.sinh($0) }
        one("cosh") { Foundation.cosh($0) }
        one("tanh") { Foundation.tanh($0) }
        one("asinh") { Foundation.asinh($0) }
        one("acosh") { Foundation.acosh($0) }
        one("atanh") { Foundation.atanh($0) }
        one("log2") { Foundation.log2($0) }
        one("log10") { Foundation.log10($0) }
        one("log") { Foundation.log($0) }
        one("ln") { Foundation.log($0) }
        one("exp") { Foundation.exp($0) }
        one("sqrt") { $0.squareRoot() }
        one("sign") { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
        one("abs") { $0.magnitude }
        one("rint") { $0.rounded(.toNearestOrEven) }
        one("floor") { $0.rounded(.down) }
        one("ceil") { $0.rounded(.up) }
        one("trunc") { $0.rounded(.towardZero) }
        one("round") { $0.rounded(.toNearestOrAwayFromZero) }
        one("sigmoid") { 1 / (1 + Foundation.exp(-$0)) }
        one("isnan") { $0.isNaN ? 1 : 0 }
        two("roundp") { x, digits in
            let scale = Foundation.pow(10, digits.rounded(.towardZero))
            return (x * scale).rounded(.toNearestOrAwayFromZero) / scale
        }
        two("mod") { Foundation.fmod($0, $1) }
        for name in ["sphere_dist", "haversine", "spherical_distance"] {
            result[name] = ElementFunction(name: name, arity: 4) { Geography.distance($0[0], $0[1], $0[2], $0[3]) }
        }
        result["rnd"] = ElementFunction(name: "rnd", arity: 0) { _ in Double.random(in: 0..<1) }
        any("min") { values in values.reduce(values[0]) { Swift.min($0, $1) } }
        any("max") { values in values.reduce(values[0]) { Swift.max($0, $1) } }
        any("sum") { values in values.reduce(0, +) }
        any("avg") { values in values.reduce(0, +) / Double(values.count) }
        return result
    }()
}

/// Places on the earth.
enum Geography {
    /// Mean radius of the earth.
    private static let radiusKm = 6371.0

    /// Great circle distance in kilometres between two points in degrees (haversine formula).
    static func distance(_ longitude1: Double, _ latitude1: Double, _ longitude2: Double, _ latitude2: Double) -> Double
    {
        let degree = Double.pi / 180
        let north = sin((latitude2 - latitude1) * degree / 2)
        let east = sin((longitude2 - longitude1) * degree / 2)
        let square = north * north + cos(latitude1 * degree) * cos(latitude2 * degree) * east * east
        return 2 * radiusKm * asin(min(1, square.squareRoot()))
    }
}
