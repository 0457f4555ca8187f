import Foundation
import SlipwayCore
import SlipwayGraph
package import SlipwayRecall

/// A model with a tree of its items beside it: the items it scores best, found level by level.
package struct TreeRetrieval: Sendable {
    package let tree: ItemTree
    /// The output that candidates are compared by.
    package let output: String

    /// The tree of a package; nil where it has none.
    ///
    /// - Throws: as the tree does, `mismatch` where the model has no output to compare by.
    init?(path: String, _ outputs: [(name: String, type: ValueType)]) throws {
        let file = "\(path)/\(ItemTree.fileName)"
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        try self.init(try ItemTree(servingFile: file), outputs)
    }

    /// - Parameter outputs: the model's; `probs1` of two classes is the item's probability, `probs` of one.
    init(_ tree: ItemTree, _ outputs: [(name: String, type: ValueType)]) throws {
        self.tree = tree
        guard let output = ["probs1", "probs"].first(where: { name in outputs.contains { $0.name == name } }) else {
            throw SlipwayError(
                .mismatch, "the package has a tree, and no output probs1 or probs to search it by",
                fix: "take \(ItemTree.fileName) out of the package, or export a model with such an output")
        }
        self.output = output
    }
}

/// A user who waits for a search through a tree, and the features of its nodes.
struct PendingUser {
    enum Source {
        /// A whole `PBRequest`.
        case message([UInt8])
        case columns([(name: String, column: Column)])
    }

    let source: Source
    let nodes: ItemTable
}
