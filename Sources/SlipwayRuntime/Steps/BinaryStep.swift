import SlipwayCore
import SlipwayKernels

/// A function of two values with numpy's broadcasting.
struct BinaryStep: Step {
    let a: Int
    let b: Int
    let output: Int
    let function: BinaryOp

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        let target = frame[output]
        let x = Strided(frame[a], rank: target.shape.rank), y = Strided(frame[b], rank: target.shape.rank)
        guard target.shape.rows * target.shape.inner > 0 else { return }
        // The first operand of a kernel has the shape of the result.
        if x.covers(target.shape) {
            try run(function, x, y, target)
        } else if y.covers(target.shape) {
            try run(function.flipped, y, x, target)
        } else {
            try stretch(x, target)
            try run(function, Strided(target, rank: target.shape.rank), y, target)
        }
    }

    /// A value aligned from the right with the result: sizes and strides by the result's axes; a stretched axis has
    /// stride 0.
    struct Strided {
        let base: UnsafeMutablePointer<Float>
        var sizes: SIMD8<Int>
        var strides: SIMD8<Int>

        init(_ value: RunValue, rank: Int) {
            base = value.floats
            sizes = SIMD8(repeating: 1)
            strides = SIMD8(repeating: 0)
            let shift = rank - value.shape.rank
            var stride = 1
            for axis in (0..<value.shape.rank).reversed() {
                sizes[axis + shift] = value.shape[axis]
                let own = axis == 0 ? value.stride : stride
                strides[axis + shift] = value.shape[axis] == 1 ? 0 : own
                stride *= value.shape[axis]
            }
        }

        func covers(_ shape: Shape) -> Bool { (0..<shape.rank).allSatisfy { sizes[$0] == shape[$0] } }
    }

    /// The outer axes are walked one by one; the last two that cannot be joined go to the kernel as a matrix.
    private func run(_ function: BinaryOp, _ x: Strided, _ y: Strided, _ target: RunValue) throws {
        let z = Strided(target, rank: target.shape.rank)
        var axes = Axes()
        for axis in 0..<target.shape.rank where target.shape[axis] != 1 {
            axes.append(size: target.shape[axis], x: x.strides[axis], y: y.strides[axis], z: z.strides[axis])
        }
        try walk(function, axes, 0, x.base, y.base, z.base)
    }

    /// Axes of all three, with strides in elements.
    private struct Axes {
        var count = 0
        var size = SIMD8<Int>(repeating: 1)
        var x = SIMD8<Int>(repeating: 0)
        var y = SIMD8<Int>(repeating: 0)
        var z = SIMD8<Int>(repeating: 0)

        /// Joins the new axis with the one before where the memory of all three allows it.
        mutating func append(size: Int, x: Int, y: Int, z: Int) {
            let last = count - 1
            if last >= 0, self.x[last] == size * x, self.y[last] == size * y, self.z[last] == size * z {
                self.size[last] *= size
                (self.x[last], self.y[last], self.z[last]) = (x, y, z)
            } else {
                self.size[count] = size
                (self.x[count], self.y[count], self.z[count]) = (x, y, z)
                count += 1
            }
        }

        /// The axis at `index`; one of size 1 beyond the last.
        subscript(index: Int) -> (size: Int, x: Int, y: Int, z: Int) {
            index < count ? (size[index], x[index], y[index], z[index]) : (1, 0, 0, 0)
        }
    }

    private func walk(
        _ function: BinaryOp, _ axes: Axes, _ first: Int, _ x: UnsafeMutablePointer<Float>,
        _ y: UnsafeMutablePointer<Float>, _ z: UnsafeMutablePointer<Float>
    ) throws {
        let left = axes.count - first
        // The kernel wants a last axis without gaps; one with gaps becomes the rows.
        let last = axes[axes.count - 1 < first ? axes.count : axes.count - 1]
        let hasGaps = last.x > 1 || last.y > 1 || last.z > 1
        if left > 2 || (left == 2 && hasGaps) {
            let outer = axes[first]
            for index in 0..<outer.size {
                try walk(function, axes, first + 1, x + index * outer.x, y + index * outer.y, z + index * outer.z)
            }
            return
        }
        let rows = left == 2 ? axes[first] : hasGaps ? last : axes[axes.count]
        let columns = hasGaps ? axes[axes.count] : last
        let right: BinaryOperand
        switch (rows.y == 0 && rows.size > 1, columns.y == 0 && columns.size > 1) {
        case (false, false):
            right = .full(MatrixView(y, rows: rows.size, columns: columns.size, stride: max(rows.y, columns.size)))
        case (true, false): right = columns.size == 1 ? .scalar(y.pointee) : .row(y)
        case (false, true): right = rows.size == 1 ? .scalar(y.pointee) : .column(y, stride: rows.y)
        case (true, true): right = .scalar(y.pointee)
        }
        try InstructionSet.current.binary(
            function, MatrixView(x, rows: rows.size, columns: columns.size, stride: max(rows.x, columns.size)), right,
            into: MutableMatrixView(z, rows: rows.size, columns: columns.size, stride: max(rows.z, columns.size)))
    }

    /// Writes `x`, stretched to the shape of `target`, into it.
    private func stretch(_ x: Strided, _ target: RunValue) throws {
        let z = Strided(target, rank: target.shape.rank)
        func fill(
            _ axis: Int, _ x: UnsafeMutablePointer<Float>, _ z: UnsafeMutablePointer<Float>, _ from: Strided,
            _ to: Strided
        ) {
            guard axis < target.shape.rank else {
                z.pointee = x.pointee
                return
            }
            for index in 0..<target.shape[axis] {
                fill(axis + 1, x + index * from.strides[axis], z + index * to.strides[axis], from, to)
            }
        }
        fill(0, x.base, z.base, x, z)
    }
}

extension BinaryOp {
    /// The function of swapped operands.
    var flipped: BinaryOp {
        switch self {
        case .subtract: return .subtractReversed
        case .divide: return .divideReversed
        case .subtractReversed: return .subtract
        case .divideReversed: return .divide
        case .add, .multiply, .max, .min: return self
        }
    }
}
