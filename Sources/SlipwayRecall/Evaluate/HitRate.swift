import SlipwayCore
import SlipwayData

/// The share of the items that users took which recall finds: upstream's `hitrate`.
package struct HitRate: Sendable {
    package var users: RowSource
    package var requestIDField = "request_id"
    package var wantedField = "gt_items"
    package var embeddingField = "user_tower_emb"
    /// Column with the number of a user's interests; the vectors after them do not count.
    package var interestsField: String?
    package var interests = 1
    /// Whether the best items are chosen among all interests of a user together, not for each.
    package var isAcrossInterests = false
    /// Items recalled for a user, or for each interest (k).
    package var top = 200
    package var probes = 800
    package var threads = ProcessorShare.current.threads
    package var detailsPath: String?
    package var totalPath: String?
    /// `ParquetWriter` or `CsvWriter`; that of the reader when nil.
    package var writerType: String?
    package var overwrite = false

    package init(users: RowSource) { self.users = users }

    package struct Summary: Sendable, Equatable {
        package var requests = 0
        /// Requests without items to find, which do not count.
        package var skipped = 0
        package var hits = 0
        package var wanted = 0
        /// How long each batch of requests was searched for.
        package fileprivate(set) var searches: [Duration] = []

        /// Hits of all requests by the items of all requests.
        package var rate: Double { Double(hits) / Double(wanted) }

        /// The time that a share of the batches took at most.
        package func searchTime(_ share: Double) -> Duration {
            let sorted = searches.sorted()
            return sorted.isEmpty ? .zero : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
        }
    }

    /// Throws as the readers and writers do; `notFound` where no request has items to find.
    package func run(_ recall: RecallIndex, progress: (Summary, Double) -> Void = { _, _ in }) throws -> Summary {
        guard top > 0, interests > 0 else {
            throw SlipwayError(
                .invalidArgument, "top_k is \(top), num_interests \(interests)", fix: "pass numbers above 0")
        }
        let reader = try users.open(
            [requestIDField, wantedField, embeddingField] + (interestsField.map { [$0] } ?? []))
        let details = try detailsPath.map {
            try HitRateDetails(
                $0, format: try outputFormat(), idType: reader.schema[requestIDField] ?? .string, overwrite: overwrite)
        }
        var column = EmbeddingColumn(embeddingField, interests: interests)
        var summary = Summary()
        while let batch = try reader.next() {
            let firstRow = reader.rowsRead - batch.rowCount
            guard let ids = batch[requestIDField], let wantedColumn = batch[wantedField],
                let embeddings = batch[embeddingField]
            else { continue }
            var vectors: [Float] = []
            try column.append(embeddings, firstRow: firstRow, to: &vectors)
            try check(column.width, recall)
            let wanted = try TextColumn.lists(wantedColumn, wantedField)
            let start = ContinuousClock.now
            let found = try find(vectors, rows: batch.rowCount, valid: try valid(batch), recall)
            summary.searches.append(ContinuousClock.now - start)
            let rows = zip(found, wanted).map { HitRateRow(found: $0, wanted: Set($1), recall.ids) }
            for row in rows {
                summary.requests += 1
                summary.skipped += row.wantedCount == 0 ? 1 : 0
                summary.hits += row.hits.count
                summary.wanted += row.wantedCount
            }
            try details?.append(ids, rows, recall.ids)
            progress(summary, reader.progress)
        }
        guard summary.wanted > 0 else {
            throw SlipwayError(
                .notFound, "none of \(summary.requests) requests has items in column \(wantedField)",
                fix: "name the column with the items that users took as --gt_items_field")
        }
        try details?.finish()
        if let totalPath {
            try HitRateDetails.write(
                total: summary.rate, to: totalPath, format: try outputFormat(), overwrite: overwrite)
        }
        return summary
    }

    private func check(_ width: Int?, _ recall: RecallIndex) throws {
        guard width == nil || width == recall.index.dimensions else {
            throw SlipwayError(
                .mismatch,
                "users have \(width ?? 0) dimensions in column \(embeddingField), items \(recall.index.dimensions)",
                fix: "use embeddings of the two towers of one model")
        }
    }

    /// Interests of each row that count; nil for all.
    private func valid(_ batch: ColumnBatch) throws -> [Int]? {
        guard let interestsField, let column = batch[interestsField] else { return nil }
        guard let counts = column.integers() else {
            throw SlipwayError(
                .mismatch, "column \(interestsField) is of type \(column.type)", fix: "name a column of whole numbers")
        }
        return counts.map { Int(clamping: $0 ?? 0) }
    }

    /// For each row, the items found for each interest, or for all of them as one.
    private func find(
        _ vectors: [Float], rows: Int, valid: [Int]?, _ recall: RecallIndex
    ) throws -> [[[RecallIndex.Hit]]] {
        let width = recall.index.dimensions * interests
        let top = max(min(top, recall.index.count), 1)
        if isAcrossInterests {
            return try (0..<rows).map { row in
                guard (valid?[row] ?? 1) > 0 else { return [[]] }
                return [
                    try recall.nearest(vectors[row * width..<(row + 1) * width], neighbours: top, probes: probes)
                ]
            }
        }
        let (numbers, scores) = try recall.index.search(vectors, neighbours: top, probes: probes, threads: threads)
        return (0..<rows).map { row in
            (0..<max(0, min(interests, valid?[row] ?? interests))).map { interest in
                let first = (row * interests + interest) * top
                return (first..<first + top).filter { numbers[$0] >= 0 }.map {
                    RecallIndex.Hit(number: Int(numbers[$0]), score: scores[$0])
                }
            }
        }
    }

    private func outputFormat() throws -> RowFormat {
        switch writerType {
        case "ParquetWriter": return .parquet
        case "CsvWriter": return .csv(CSVOptions())
        case nil: return try users.format() ?? .parquet
        case let other?:
            throw SlipwayError(
                .invalidArgument, "writer type \(other) is not known", fix: "use ParquetWriter or CsvWriter")
        }
    }
}
