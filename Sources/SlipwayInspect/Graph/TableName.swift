/// The name of an embedding table, taken apart.
///
/// `model.embedding_group.emb_impls.__BASE__.ebc.embedding_bags.user_emb.weight` is short `user_emb` in module
/// `model.embedding_group.emb_impls.__BASE__.ebc.embedding_bags.*.weight`.
package struct TableName: Sendable {
    package let full: String
    package let short: String
    /// The full name with a star in place of the short one.
    let module: String

    private static let holders = [".embedding_bags.", ".embeddings."]

    package init(_ full: String) {
        let ending = full.hasSuffix(".weight") ? ".weight" : ""
        let body = full.dropLast(ending.count)
        var start = body.lastIndex(of: ".").map { body.index(after: $0) } ?? body.startIndex
        for holder in Self.holders {
            if let end = Self.end(of: holder, in: body) {
                start = end
                break
            }
        }
        self.full = full
        short = String(body[start...])
        module = body[..<start] + "*" + ending
    }

    /// Whether a checkpoint's tensor of this name and shape is an embedding table.
    static func isTable(_ name: String, shape: [Int]) -> Bool {
        shape.count == 2 && name.hasSuffix(".weight") && holders.contains { name.contains($0) }
    }

    private static func end(of holder: String, in body: Substring) -> Substring.Index? {
        var index = body.startIndex
        while index < body.endIndex {
            if body[index...].hasPrefix(holder) { return body.index(index, offsetBy: holder.count) }
            index = body.index(after: index)
        }
        return nil
    }
}
