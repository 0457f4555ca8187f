import ArgumentParser
import Foundation
import SlipwayCore
import SlipwayInspect
import SlipwayRecall

struct HitRateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hitrate",
        abstract: "Measure how many of the items that users took are among the items recalled for them.",
        discussion: """
            Reads the embeddings that slipway predict wrote for both towers. Prints the hits of all requests divided by their items \
            (recall@k).
            """)

    @Option(
        name: [.customLong("user_gt_input"), .customLong("user-gt-input")],
        help: "Files with a request id, the items the user took, and the user's embedding.")
    var userPath: String

    @Option(
        name: [.customLong("item_embedding_input"), .customLong("item-embedding-input")],
        help: "Files with the item ids and embeddings.")
    var itemPath: String?

    @Option(
        name: [.customLong("index_dir"), .customLong("index-dir")],
        help: "Folder with an index that slipway index wrote, in place of the item embeddings.")
    var indexPath: String?

    @Option(
        name: [.customLong("total_hitrate_output"), .customLong("total-hitrate-output")], help: "Folder for the result."
    )
    var totalPath: String?

    @Option(
        name: [.customLong("hitrate_details_output"), .customLong("hitrate-details-output")],
        help: "Folder for a row a request: id, topk_ids, topk_dists, hitrate, hit_ids.")
    var detailsPath: String?

    @Option(name: [.customLong("batch_size"), .customLong("batch-size")], help: "Rows read at once.")
    var batchSize = 1024

    @Option(name: [.customLong("index_type"), .customLong("index-type")], help: "Kind of index and of similarity.")
    var type: IndexType = .ivfFlatIP

    @Option(name: [.customLong("top_k"), .customLong("top-k")], help: "Items recalled for each interest.")
    var top = 200

    @Flag(
        name: [.customLong("topk_across_interests"), .customLong("topk-across-interests")],
        help: "Recall that many items for all interests of a user together.")
    var isAcrossInterests = false

    @Option(name: [.customLong("ivf_nlist"), .customLong("ivf-nlist")], help: "Lists of an IVF index.")
    var listCount = 1000

    @Option(name: [.customLong("ivf_nprobe"), .customLong("ivf-nprobe")], help: "Lists looked at for a user.")
    var probes = 800

    @Option(name: [.customLong("item_id_field"), .customLong("item-id-field")], help: "Column with the item ids.")
    var itemIDField = "item_id"

    @Option(
        name: [.customLong("item_embedding_field"), .customLong("item-embedding-field")],
        help: "Column with the item embeddings.")
    var itemEmbeddingField = "item_tower_emb"

    @Option(
        name: [.customLong("request_id_field"), .customLong("request-id-field")], help: "Column with the request ids.")
    var requestIDField = "request_id"

    @Option(
        name: [.customLong("gt_items_field"), .customLong("gt-items-field")],
        help: "Column with the items the user took: a list, an id, or text with commas.")
    var wantedField = "gt_items"

    @Option(
        name: [.customLong("user_embedding_field"), .customLong("user-embedding-field")],
        help: "Column with the user embeddings.")
    var userEmbeddingField = "user_tower_emb"

    @Option(name: [.customLong("num_interests"), .customLong("num-interests")], help: "Embeddings of each user.")
    var interests = 1

    @Option(
        name: [.customLong("num_interests_field"), .customLong("num-interests-field")],
        help: "Column that says how many of them count.")
    var interestsField: String?

    @Option(
        name: [.customLong("reader_type"), .customLong("reader-type")],
        help: "ParquetReader or CsvReader; by default as the paths end.")
    var readerType: String?

    @Option(
        name: [.customLong("writer_type"), .customLong("writer-type")],
        help: "ParquetWriter or CsvWriter; by default as the reader.")
    var writerType: String?

    @Option(help: "Threads; by default as many as the processors, or the control group's quota of them.")
    var threads: Int?

    @Flag(help: "Replace outputs that are there.")
    var overwrite = false

    func validate() throws {
        guard listCount > 0, probes > 0, (1...1024).contains(threads ?? 1) else {
            throw ValidationError("--ivf_nlist and --ivf_nprobe are numbers above 0, --threads from 1 to 1024")
        }
    }

    func run() throws {
        let console = Console()
        let threads = threads ?? ProcessorShare.current.threads
        let recall = try recallIndex(threads)
        console.line("\(recall.index.count) items of \(recall.index.dimensions) dimensions")
        var rate = HitRate(users: RowSource(path: userPath, readerType: readerType, batchSize: batchSize))
        rate.requestIDField = requestIDField
        rate.wantedField = wantedField
        rate.embeddingField = userEmbeddingField
        rate.interestsField = interestsField
        rate.interests = interests
        rate.isAcrossInterests = isAcrossInterests
        rate.top = top
        rate.probes = probes
        rate.threads = threads
        rate.detailsPath = detailsPath
        rate.totalPath = totalPath
        rate.writerType = writerType
        rate.overwrite = overwrite
        let summary = try rate.run(recall) { summary, fraction in
            console.progress(fraction: fraction, isLast: false) { _ in "\(summary.requests) requests" }
        }
        if summary.skipped > 0 {
            console.line("warning: \(Quantity.count(summary.skipped, "request")) without items do not count")
        }
        console.line(
            "\(summary.requests) requests, \(summary.hits) of \(summary.wanted) items found among \(top) recalled")
        let times = [0.5, 0.99].map { milliseconds(summary.searchTime($0)) }
        console.line(
            "search of \(batchSize) requests on \(Quantity.count(threads, "thread")): median \(times[0]), p99 \(times[1])"
        )
        print("Total hitrate: \(summary.rate)")
    }

    private func milliseconds(_ time: Duration) -> String {
        String(format: "%.3f ms", time / .milliseconds(1))
    }

    private func recallIndex(_ threads: Int) throws -> RecallIndex {
        switch (itemPath, indexPath) {
        case (let itemPath?, nil):
            return try IndexBuild(
                items: RowSource(path: itemPath, readerType: readerType, batchSize: batchSize), idField: itemIDField,
                embeddingField: itemEmbeddingField, layout: .init(type, listCount: listCount), threads: threads
            ).build()
        case (nil, let indexPath?):
            return try RecallIndex(folder: indexPath)
        default:
            throw SlipwayError(
                .invalidArgument, "pass either --item_embedding_input or --index_dir",
                fix: "the first builds an index, the second reads one")
        }
    }
}
