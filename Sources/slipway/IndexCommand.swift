import ArgumentParser
import SlipwayCore
import SlipwayInspect
import SlipwayRecall

extension IndexType: ExpressibleByArgument {}

struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Build the index of item embeddings that recall searches.",
        discussion: """
            Reads what slipway predict wrote for the item tower and writes faiss_index and id_mapping, usually into the package of \
            the user tower, with which slipway serve then recalls items. Flat indexes compare with every item; they are \
            Slipway's own addition to TorchEasyRec's types.
            """)

    @Option(
        name: [.customLong("embedding_input_path"), .customLong("embedding-input-path")],
        help: "Files of item embeddings: a path, a folder or a glob, several separated by commas.")
    var inputPath: String

    @Option(name: [.customLong("index_output_dir"), .customLong("index-output-dir")], help: "Folder to write into.")
    var outputDirectory: String

    @Option(name: [.customLong("id_field"), .customLong("id-field")], help: "Column with the item ids.")
    var idField: String

    @Option(
        name: [.customLong("embedding_field"), .customLong("embedding-field")], help: "Column with the embeddings.")
    var embeddingField: String

    @Option(name: [.customLong("index_type"), .customLong("index-type")], help: "Kind of index and of similarity.")
    var type: IndexType = .ivfFlatIP

    @Option(name: [.customLong("ivf_nlist"), .customLong("ivf-nlist")], help: "Lists of an IVF index.")
    var listCount = 1000

    @Option(name: [.customLong("hnsw_M"), .customLong("hnsw-M")], help: "Neighbours of an item in an HNSW index.")
    var neighbours = 32

    @Option(
        name: [.customLong("hnsw_efConstruction"), .customLong("hnsw-efConstruction")],
        help: "Candidates looked at when an item is added to an HNSW index.")
    var construction = 200

    @Option(name: [.customLong("batch_size"), .customLong("batch-size")], help: "Rows read at once.")
    var batchSize = 1024

    @Option(
        name: [.customLong("reader_type"), .customLong("reader-type")],
        help: "ParquetReader or CsvReader; by default as the path ends.")
    var readerType: String?

    @Option(help: "Threads; by default as many as the processors, or the control group's quota of them.")
    var threads: Int?

    @Flag(help: "Replace an index that is there.")
    var overwrite = false

    func validate() throws {
        guard listCount > 0, (2...1024).contains(neighbours), (1...1_000_000).contains(construction),
            (1...1024).contains(threads ?? 1)
        else {
            throw ValidationError(
                "--ivf_nlist is a number above 0, --hnsw_M from 2 to 1024, --hnsw_efConstruction from 1 to 1000000, "
                    + "--threads from 1 to 1024")
        }
    }

    func run() throws {
        let console = Console()
        let build = IndexBuild(
            items: RowSource(path: inputPath, readerType: readerType, batchSize: batchSize), idField: idField,
            embeddingField: embeddingField,
            layout: .init(type, listCount: listCount, neighbours: neighbours, construction: construction),
            threads: threads ?? ProcessorShare.current.threads)
        let summary = try build.run(into: outputDirectory, overwrite: overwrite)
        if summary.duplicates > 0 {
            console.line(
                "warning: \(Quantity.count(summary.duplicates, "row")) repeat the id of an item before; both are kept")
        }
        console.line(
            "\(outputDirectory)/\(RecallIndex.indexName): \(type.rawValue), \(summary.items) items of "
                + "\(summary.dimensions) dimensions, \(Int(console.elapsed * 1000)) ms")
    }
}
