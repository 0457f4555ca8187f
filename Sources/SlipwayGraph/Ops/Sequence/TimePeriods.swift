import Foundation
public import SlipwayCore

/// Where in each period a time is, as cosine and sine. In float32 as upstream, with its 3.14 for π.
public struct TimePeriods: Operation {
    public static let name = "time_periods"
    public static let spec = OperationSpec(
        "y[i, 2p] and y[i, 2p + 1] are cosine and sine of 6.28 · (⌊timestamps[i] / units[p]⌋ mod counts[p]) / counts[p]",
        operands: [("timestamps", .one), ("units", .one), ("counts", .one)],
        constraints: [
            "timestamps are f32 [n, 1]", "units are f32 [1, P], P at least 1", "counts have the type of units",
        ])

    public init() {}
    public init(attributes: Attributes) throws {}

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        guard let timestamps = try operands.steps("timestamps"), timestamps.dimensions[1] == .fixed(1) else {
            throw Self.violates(1, "timestamps are \(try operands("timestamps"))")
        }
        guard let units = try operands.steps("units"), units.dimensions[0] == .fixed(1),
            let periods = units.dimensions[1].size, periods >= 1, let width = CheckedSize.product([2, periods])
        else { throw Self.violates(2, "units are \(try operands("units"))") }
        let counts = try operands("counts")
        guard counts == units else { throw Self.violates(3, "counts are \(counts), units are \(units)") }
        return [ValueType(.f32, [timestamps.dimensions[0], .fixed(width)], side: operands.side("timestamps"))]
    }

    /// The angle of `timestamp`, in float32: floor division and remainder round as PyTorch's.
    public static func angle(_ timestamp: Float, unit: Float, count: Float) -> Float {
        let rest = fmodf(timestamp, unit)
        var quotient = (timestamp - rest) / unit
        if rest != 0, (unit < 0) != (rest < 0) { quotient -= 1 }
        var whole = quotient.rounded(.down)
        if quotient - whole > 0.5 { whole += 1 }
        var elapsed = fmodf(whole, count)
        if elapsed != 0, (count < 0) != (elapsed < 0) { elapsed += count }
        return elapsed / count * 2 * 3.14
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let timestamps = try operands("timestamps"), units = try operands("units").floats
        let counts = try operands("counts").floats
        let result = timestamps.floats.flatMap { time in
            zip(units, counts).flatMap { unit, count in
                let angle = Double(Self.angle(time, unit: unit, count: count))
                return [Float(cos(angle)), Float(sin(angle))]
            }
        }
        return [Tensor(shape: [timestamps.shape[0], 2 * units.count], floats: result)]
    }
}
