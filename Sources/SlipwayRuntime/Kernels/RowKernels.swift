import Foundation
import SlipwayCore
import SlipwayKernels

enum BinaryFunction: Int32, Sendable { case add, subtract, multiply, divide, maximum, minimum, subtractFrom, divideInto }
enum Broadcast: Int32, Sendable { case full, row, column, scalar }

/// INTERIM: plain loops until the row kernels are there.
enum RowKernels {
    static func binary(
        _ f: BinaryFunction, _ broadcast: Broadcast, _ a: MatrixView, _ b: MatrixView, into out: MutableMatrixView
    ) throws {
        guard let x = a.base, let y = b.base, let z = out.base else { return }
        for i in 0..<out.rows {
            for j in 0..<out.columns {
                let p = x[i * a.stride + j]
                let q: Float
                switch broadcast {
                case .full: q = y[i * b.stride + j]
                case .row: q = y[j]
                case .column: q = y[i * b.stride]
                case .scalar: q = y[0]
                }
                let r: Float
                switch f {
                case .add: r = p + q
                case .subtract: r = p - q
                case .multiply: r = p * q
                case .divide: r = p / q
                case .maximum: r = p.isNaN || q.isNaN ? .nan : max(p, q)
                case .minimum: r = p.isNaN || q.isNaN ? .nan : min(p, q)
                case .subtractFrom: r = q - p
                case .divideInto: r = q / p
                }
                z[i * out.stride + j] = r
            }
        }
    }

    static func softmax(_ x: MatrixView, into out: MutableMatrixView) throws {
        guard let a = x.base, let z = out.base else { return }
        for i in 0..<x.rows {
            var top = -Float.infinity, sum = 0.0
            for j in 0..<x.columns { top = max(top, a[i * x.stride + j]) }
            for j in 0..<x.columns { sum += exp(Double(a[i * x.stride + j] - top)) }
            for j in 0..<x.columns { z[i * out.stride + j] = Float(exp(Double(a[i * x.stride + j] - top)) / sum) }
        }
    }

    static func layerNorm(
        _ x: MatrixView, gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?, epsilon: Float, into out: MutableMatrixView
    ) throws {
        guard let a = x.base, let z = out.base else { return }
        for i in 0..<x.rows {
            var mean = 0.0, variance = 0.0
            for j in 0..<x.columns { mean += Double(a[i * x.stride + j]) }
            mean /= Double(x.columns)
            for j in 0..<x.columns { variance += pow(Double(a[i * x.stride + j]) - mean, 2) }
            variance /= Double(x.columns)
            for j in 0..<x.columns {
                let n = (Double(a[i * x.stride + j]) - mean) / sqrt(variance + Double(epsilon))
                z[i * out.stride + j] = Float(n * Double(gamma?[j] ?? 1) + Double(beta?[j] ?? 0))
            }
        }
    }

    static func factorizationMachine(_ x: MatrixView, fields: Int, into out: MutableMatrixView) throws {
        guard let a = x.base, let z = out.base else { return }
        for i in 0..<x.rows {
            for d in 0..<out.columns {
                var sum = 0.0, squares = 0.0
                for f in 0..<fields {
                    let v = Double(a[i * x.stride + f * out.columns + d])
                    sum += v
                    squares += v * v
                }
                z[i * out.stride + d] = Float(0.5 * (sum * sum - squares))
            }
        }
    }

    static func segmentSoftmax(_ lengths: UnsafeBufferPointer<Int32>, _ x: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>) throws {
        var start = 0
        for length in lengths {
            let n = Int(length)
            try softmax(MatrixView(x + start, rows: 1, columns: n), into: MutableMatrixView(out + start, rows: 1, columns: n))
            start += n
        }
    }

    static func segmentSum(
        _ lengths: UnsafeBufferPointer<Int32>, _ x: MatrixView, weights: UnsafePointer<Float>?, mean: Bool,
        into out: MutableMatrixView
    ) throws {
        guard let z = out.base else { return }
        var start = 0
        for (b, length) in lengths.enumerated() {
            for d in 0..<out.columns {
                var sum = 0.0
                for i in start..<start + Int(length) {
                    if let a = x.base { sum += Double(a[i * x.stride + d]) * Double(weights?[i] ?? 1) }
                }
                if mean, length > 0 { sum /= Double(length) }
                z[b * out.stride + d] = Float(sum)
            }
            start += Int(length)
        }
    }

    static func attentionInput(
        _ lengths: UnsafeBufferPointer<Int32>, query: MatrixView, rows: MatrixView, into out: MutableMatrixView
    ) throws {
        guard let q = query.base, let s = rows.base, let z = out.base else { return }
        let width = rows.columns
        var i = 0
        for (b, length) in lengths.enumerated() {
            for _ in 0..<length {
                for d in 0..<width {
                    let x = q[b * query.stride + d], y = s[i * rows.stride + d]
                    let o = z + i * out.stride
                    o[d] = x
                    o[width + d] = y
                    o[2 * width + d] = x - y
                    o[3 * width + d] = x * y
                }
                i += 1
            }
        }
    }
}
