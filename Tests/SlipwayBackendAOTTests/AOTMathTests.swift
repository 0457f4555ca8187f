import CSlipwayAOT
import Foundation
import Testing

@testable import SlipwayBackendAOT

/// The functions of generated code, which has no C library, against the C library in double precision.
@Suite(.enabled(if: CompiledGraph.isAvailable, "there is no compiler, or the machine runs no variant"))
struct AOTMathTests {
    /// exp, erf, sigmoid and tanh by the number the kernels give them.
    private static let functions: [(number: Int32, name: String, exact: @Sendable (Double) -> Double)] = [
        (0, "exp", { exp($0) }), (1, "erf", { erf($0) }), (2, "sigmoid", { 1 / (1 + exp(-$0)) }),
        (3, "tanh", { tanh($0) }),
    ]

    private typealias Apply = @convention(c) (Int32, Int64, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Int32

    @Test func isWithinTwoUlp() throws {
        let source = """
            #include "unit.h"
            EXPORT int32_t slipway_aot_apply(int32_t op, int64_t n, const float *x, float *y) {
                return KERNEL(unary_f32)(op, 1, n, x, n, y, n);
            }
            """
        let target = try #require(CompiledGraph.target)
        let compiler = try #require(CompiledGraph.compiler)
        let object = try CompiledObject(bytes: try compiler.compile(source, for: [target])[0], name: "math")
        let apply = try object.function("slipway_aot_apply", Apply.self)
        // Every 4096th float, and all neighbours of where the functions change their way.
        var values = stride(from: UInt32(0), to: 0x7F80_0000, by: 4096).flatMap { bits in
            [Float(bitPattern: bits), Float(bitPattern: bits | 0x8000_0000)]
        }
        for edge in [0.625, 0.92, 3.95, 87.3, 88.7, 104, 16.6, 1e-4] as [Float] {
            var value = edge * 0.9999
            while value < edge * 1.0001 {
                values += [value, -value]
                value = value.nextUp
            }
        }
        for function in Self.functions {
            var results = [Float](repeating: 0, count: values.count)
            #expect(apply(function.number, Int64(values.count), values, &results) == 0)
            var worst = 0.0
            for (x, y) in zip(values, results) {
                let exact = function.exact(Double(x))
                let rounded = Float(exact)
                guard rounded.isFinite else {
                    #expect(y == rounded, "\(function.name)(\(x))")
                    continue
                }
                let unit = Double(max(rounded.magnitude.ulp, Float.leastNonzeroMagnitude))
                worst = max(worst, abs(Double(y) - exact) / unit)
            }
            #expect(worst <= 2, "\(function.name)")
        }
        var special: [Float] = [.nan, .infinity, -.infinity]
        var found = [Float](repeating: 0, count: 3)
        for function in Self.functions {
            #expect(apply(function.number, 3, &special, &found) == 0)
            #expect(found[0].isNaN, "\(function.name)")
            #expect(found[1] == Float(function.exact(.infinity)), "\(function.name)")
            #expect(found[2] == Float(function.exact(-.infinity)), "\(function.name)")
        }
    }
}
