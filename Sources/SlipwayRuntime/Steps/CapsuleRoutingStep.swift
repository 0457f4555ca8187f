import Foundation
import SlipwayCore
import SlipwayGraph

/// Dynamic routing, row by row, in double precision: the softmax of scaled logits makes rounding large.
struct CapsuleRoutingStep: Step {
    let steps: Int
    let lengths: Int
    let history: Int
    /// [S, K]; nil for zeros.
    let initial: Int?
    let capsules: Int
    let mask: Int
    let routing: CapsuleRouting

    func run(_ frame: RunFrame) throws {
        try frame.checkSegments(lengths, of: steps)
        try frame.define(capsules)
        try frame.define(mask)
        let x = frame[steps], out = frame[capsules], inUse = frame[mask]
        let width = x.shape.inner, count = routing.capsules
        let own = frame.int32s(lengths), past = frame.int32s(history)
        let longest = Int(own.max() ?? 0)
        if let initial, frame[initial].shape.rows < longest {
            throw SlipwayError(
                .mismatch,
                "a row has \(longest) steps, but first routing logits are there for "
                    + "\(frame[initial].shape.rows)", fix: "cut sequences to capsule_config.max_seq_len")
        }
        let total = longest * (2 * width + count) + count * width
        try frame.withScratch(max(total, 1) * 8) { memory in
            let base = memory.assumingMemoryBound(to: Double.self)
            var row = Row(
                width: width, count: count, values: base, units: base + longest * width,
                logits: base + 2 * longest * width, high: base + longest * (2 * width + count))
            var source = x.floats
            for index in own.indices {
                row.length = Int(own[index])
                row.used = routing.capsulesInUse(Int64(past[index]))
                row.load(source, x.stride, initial.map { (frame[$0].floats, frame[$0].stride) })
                row.route(routing)
                row.store(routing.power, to: out.floats + index * out.stride)
                let flags = inUse.floats + index * inUse.stride
                for capsule in 0..<count { flags[capsule] = capsule < row.used ? 1 : 0 }
                source += row.length * x.stride
            }
        }
    }

    /// The working memory of one row.
    private struct Row {
        let width: Int
        let count: Int
        /// [length, width]
        let values: UnsafeMutablePointer<Double>
        /// The same at length 1.
        let units: UnsafeMutablePointer<Double>
        /// [length, count]
        let logits: UnsafeMutablePointer<Double>
        /// [count, width]
        let high: UnsafeMutablePointer<Double>
        var length = 0
        var used = 0

        func load(
            _ source: UnsafePointer<Float>, _ stride: Int, _ initial: (base: UnsafeMutablePointer<Float>, stride: Int)?
        ) {
            for step in 0..<length {
                var squares = 0.0
                for column in 0..<width {
                    let value = Double(source[step * stride + column])
                    values[step * width + column] = value
                    squares += value * value
                }
                let size = max(squares.squareRoot(), 1e-12)
                for column in 0..<width { units[step * width + column] = values[step * width + column] / size }
                for capsule in 0..<used {
                    logits[step * count + capsule] = initial.map { Double($0.base[step * $0.stride + capsule]) } ?? 0
                }
            }
        }

        func route(_ routing: CapsuleRouting) {
            for iteration in 0..<routing.iterations {
                (high).update(repeating: 0, count: used * width)
                for step in 0..<length {
                    weigh(step, routing.scale)
                    for capsule in 0..<used {
                        let weight = logits[step * count + capsule]
                        for column in 0..<width {
                            high[capsule * width + column] += weight * values[step * width + column]
                        }
                    }
                }
                guard iteration + 1 < routing.iterations else { return }
                for step in 0..<length {
                    for capsule in 0..<used {
                        var product = 0.0
                        for column in 0..<width {
                            product += high[capsule * width + column] * units[step * width + column]
                        }
                        logits[step * count + capsule] += product
                    }
                }
            }
        }

        /// Puts the softmax of a step's scaled logits in their place.
        private func weigh(_ step: Int, _ scale: Double) {
            let own = logits + step * count
            var largest = -Double.infinity, sum = 0.0
            for capsule in 0..<used {
                // As the op, which rounds what it takes the softmax of.
                own[capsule] = Double(Float(own[capsule] * scale))
                largest = max(largest, own[capsule])
            }
            for capsule in 0..<used {
                own[capsule] = exp(own[capsule] - largest)
                sum += own[capsule]
            }
            for capsule in 0..<used { own[capsule] = Double(Float(own[capsule] / sum)) }
        }

        func store(_ power: Double, to out: UnsafeMutablePointer<Float>) {
            for capsule in 0..<count {
                let target = out + capsule * width
                guard capsule < used else {
                    target.update(repeating: 0, count: width)
                    continue
                }
                let vector = high + capsule * width
                var squares = 0.0
                for column in 0..<width { squares += vector[column] * vector[column] }
                let size = max(squares.squareRoot(), 1e-7)
                let factor = pow(size * size / (1 + size * size), power) / size
                for column in 0..<width { target[column] = Float(vector[column] * factor) }
            }
        }
    }
}
