import SlipwayCore
import SlipwayGraph

/// What is written at values that flow together.
struct FlowLabel {
    let text: String
    let isUserSide: Bool
    let detail: String

    /// - Parameter values: not empty, each once.
    init(_ values: [Value]) {
        let shapes = values.map { Self.shape($0.type) }
        let distinct = Set(shapes)
        switch (values.count, distinct.count) {
        case (1, _): text = shapes[0]
        case (let count, 1): text = "\(count) × \(shapes[0])"
        case (let count, _): text = "\(count) × \(Self.common(values.map(\.type)))"
        }
        isUserSide = values.allSatisfy { $0.type.side == .user }
        detail = values.map { "\($0.name): \($0.type)" }.joined(separator: "\n")
    }

    /// `[B, 8]`; other types than float32 are named.
    private static func shape(_ type: ValueType) -> String {
        let dimensions = "[\(type.dimensions.map(\.description).joined(separator: ", "))]"
        return type.dtype == .f32 ? dimensions : "\(type.dtype.rawValue) \(dimensions)"
    }

    /// `[B, …]`: what is the same in all stays.
    private static func common(_ types: [ValueType]) -> String {
        guard let first = types.first, types.allSatisfy({ $0.rank == first.rank }) else { return "[…]" }
        let dimensions = first.dimensions.indices.map { axis in
            types.allSatisfy { $0.dimensions[axis] == first.dimensions[axis] }
                ? first.dimensions[axis].description : "…"
        }
        return "[\(dimensions.joined(separator: ", "))]"
    }
}
