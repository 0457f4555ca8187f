import Foundation
import SlipwayCore
import SlipwayData

/// Builds an index from files of item embeddings, as upstream's `create_faiss_index` does.
package struct IndexBuild: Sendable {
    package var items: RowSource
    package var idField: String
    package var embeddingField: String
    package var layout: VectorIndex.Layout
    package var threads: Int

    package init(
        items: RowSource, idField: String, embeddingField: String, layout: VectorIndex.Layout,
        threads: Int = ProcessorShare.current.threads
    ) {
        self.items = items
        self.idField = idField
        self.embeddingField = embeddingField
        self.layout = layout
        self.threads = threads
    }

    /// What was built.
    package struct Summary: Sendable {
        package let items: Int
        package let dimensions: Int
        /// Items whose id an earlier one has.
        package let duplicates: Int
    }

    /// Reads every item and builds the index. Memory holds all embeddings twice.
    ///
    /// - Throws: as the reader does; `mismatch` naming the row; `invalidArgument` for more lists than items.
    package func build() throws -> RecallIndex {
        let reader = try items.open([idField, embeddingField])
        var column = EmbeddingColumn(embeddingField)
        var values: [Float] = []
        var ids = ItemIDs()
        while let batch = try reader.next() {
            let firstRow = reader.rowsRead - batch.rowCount
            guard let own = batch[idField], let embeddings = batch[embeddingField] else { continue }
            for (row, id) in try TextColumn.texts(own, idField).enumerated() {
                guard let id else {
                    throw SlipwayError(
                        .mismatch, "row \(firstRow + row) of column \(idField) has no id", fix: "every item needs one")
                }
                ids.append(id.utf8)
            }
            try column.append(embeddings, firstRow: firstRow, to: &values)
        }
        guard let width = column.width else {
            throw SlipwayError(
                .notFound, "\(items.path) has no rows", fix: "an index needs items: predict their embeddings first")
        }
        let index = try VectorIndex(layout, dimensions: width)
        try index.train(values, threads: threads)
        try index.add(values, threads: threads)
        return try RecallIndex(index, ids)
    }

    /// Builds the index and writes it into a folder, which may hold a package already.
    ///
    /// - Throws: as `build`; `alreadyExists` where the folder has an index and `overwrite` is false.
    package func run(into folder: String, overwrite: Bool) throws -> Summary {
        try IndexFolder.check(folder, overwrite: overwrite)
        let made = try build()
        try IndexFolder.write(made, to: folder)
        var seen: Set<ArraySlice<UInt8>> = []
        let duplicates = (0..<made.ids.count).count { !seen.insert(made.ids.text($0)).inserted }
        return Summary(items: made.index.count, dimensions: made.index.dimensions, duplicates: duplicates)
    }
}
