import SlipwayCore
import SlipwayGraph

extension Lowerings {
    static let remapIDs: Lowering = { node, _, planner in
        guard let keys = try planner.weight(try node.value("keys")),
            let rows = try planner.weight(try node.value("rows"))
        else { return try planner.fallBack(node) }
        let ids = try node.value("ids"), result = try node.result()
        planner.emit(
            RemapIDsStep(ids: ids.index, output: result.index, keys: keys.ints, rows: rows.ints), node,
            reads: [ids], writes: [result])
    }
}
