import SlipwayCore
import SlipwayGraph

/// Decides which values are written straight into the concatenation they become a part of.
///
/// A value can be when the concatenation is along axis 1, so that each row of it is the parts' rows side by side, and
/// when a
/// step makes the value: inputs, weights and slices are copied. Each value has one place; the first concatenation gets
/// it.
enum ConcatPlacement {
    struct Place {
        let whole: ValueID
        /// Elements into a row of the whole.
        let offset: Int
    }

    static func places(_ analysis: GraphAnalysis) -> [Int: Place] {
        var places: [Int: Place] = [:]
        for (position, node) in analysis.graph.nodes.enumerated()
        where analysis.isLive[position] && !analysis.compiled.contains(position) {
            guard let concat = node.operation as? Concat, concat.axis == 1, let whole = node.results.first else {
                continue
            }
            var offset = 0
            for operand in node.operands("input") {
                let sizes = analysis.graph.type(operand).dimensions.dropFirst().map(\.size)
                guard let width = width(sizes) else { break }
                let (end, overflow) = offset.addingReportingOverflow(width)
                guard !overflow else { break }
                let origin = analysis.origin(of: operand)
                if places[origin.index] == nil, isMade(origin, analysis) {
                    places[origin.index] = Place(whole: whole, offset: offset)
                }
                offset = end
            }
        }
        return places
    }

    /// Elements of a row; nil when a size is a symbol.
    private static func width(_ sizes: [Int?]) -> Int? {
        var product = 1
        for size in sizes {
            guard let size else { return nil }
            let (next, overflow) = product.multipliedReportingOverflow(by: size)
            guard !overflow else { return nil }
            product = next
        }
        return product
    }

    private static func isMade(_ value: ValueID, _ analysis: GraphAnalysis) -> Bool {
        guard let position = analysis.producer[value.index], analysis.graph.type(value).dtype == .f32 else {
            return false
        }
        return !(analysis.graph.nodes[position].operation is Slice)
    }
}
