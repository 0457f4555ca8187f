import SlipwayCore
import SlipwayGraph

/// Sum, mean or maximum along an axis other than the first.
struct ReduceStep: Step {
    let input: Int
    let output: Int
    let axis: Int
    let function: Reduce.Function

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        let x = frame[input], y = frame[output]
        let outer = x.shape.product(1..<axis), size = x.shape[axis],
            inner = x.shape.product(axis + 1..<max(x.shape.rank, axis + 1))
        for row in 0..<x.shape.rows {
            var source = UnsafePointer(x.floats + row * x.stride)
            var target = y.floats + row * y.stride
            for _ in 0..<outer {
                if inner == 1 {
                    target.pointee = reduceLine(source, size)
                } else {
                    reduceBlock(source, size, inner, target)
                }
                source += size * inner
                target += inner
            }
        }
    }

    /// Four partial results, so that the additions do not wait for each other.
    private func reduceLine(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
        if function == .maximum {
            var largest = -Float.infinity
            for index in 0..<count { largest = x[index] > largest || x[index].isNaN ? x[index] : largest }
            return largest
        }
        var sums = SIMD4<Float>(repeating: 0)
        var index = 0
        while index + 4 <= count {
            sums += SIMD4(x[index], x[index + 1], x[index + 2], x[index + 3])
            index += 4
        }
        var sum = sums.sum()
        while index < count {
            sum += x[index]
            index += 1
        }
        return function == .mean ? sum / Float(count) : sum
    }

    private func reduceBlock(_ x: UnsafePointer<Float>, _ count: Int, _ width: Int, _ y: UnsafeMutablePointer<Float>) {
        y.update(repeating: function == .maximum ? -.infinity : 0, count: width)
        for index in 0..<count {
            let line = x + index * width
            if function == .maximum {
                for column in 0..<width {
                    y[column] = line[column] > y[column] || line[column].isNaN ? line[column] : y[column]
                }
            } else {
                for column in 0..<width { y[column] += line[column] }
            }
        }
        guard function == .mean else { return }
        let factor = Float(count)
        for column in 0..<width { y[column] /= factor }
    }
}
