import Crypto
import Foundation
package import SlipwayArtifact
import SlipwayBackendAOT
import SlipwayConfig
package import SlipwayCore
import SlipwayFeatures
package import SlipwayGraph
package import SlipwayItems
package import SlipwayRecall
import SlipwayRuntime

/// A package made ready to answer requests. Immutable and shared; each worker has its `ScoringSession`.
package final class ScoringModel: Sendable {
    package let name: String
    /// Differs from export to export: the training step, and the start of the manifest's hash.
    package let version: String
    package let package: Package
    package let options: ScoringOptions
    /// Names of the model's outputs that are answered.
    package let outputs: [String]
    /// The same with their types.
    package let outputTypes: [(name: String, type: ValueType)]
    /// The columns a request may bring.
    package let columns: [FeatureColumn]
    /// Every model input, in the order of a request's `InputBatch`.
    package let slots: [InputSlot]
    /// Whether user inputs are given once a request.
    package let isTiled: Bool
    /// Whether the model scores a list of candidates in each row.
    package let hasLists: Bool
    /// The index of a user tower, whose nearest items are answered then.
    package let index: IndexRetrieval?
    /// The tree of a model, searched for requests without candidates.
    package let tree: TreeRetrieval?
    package let featureMode: ScoringOptions.FeatureMode
    /// The compiled variant that runs, or `portable`; why compiled code is not used, if so.
    package let backend: String
    package let backendNote: String?

    let predictor: Predictor
    /// For long lists of candidates while other threads are idle.
    let parallel: ParallelPredictor
    let generator: any FeatureGenerator
    let itemSplit: ItemSplit?
    let columnNames: NameTable
    let texts: ParsedInputsText
    let batchSizeSlot: Int?
    /// Outputs that are cut out of a run: those answered, and what recall needs.
    let cutTypes: [(name: String, type: ValueType)]

    /// Feature generation in two parts: what is made once an item, and the rest.
    struct ItemSplit: Sendable {
        let items: any FeatureGenerator
        /// Nil where every feature is the item's.
        let online: (any FeatureGenerator)?
        /// Where the slots of each part stand among the model's.
        let itemSlots: [Int]
        let onlineSlots: [Int]
        /// Columns that the item part reads.
        let itemColumns: Set<String>
    }

    /// Opens a package. Throws as `Package.open`, `Predictor` and the feature generation do.
    ///
    /// - Parameter tree: the tree to search; the package's own when nil.
    package init(
        name: String, path: String, options: ScoringOptions = ScoringOptions(), tree: ItemTree? = nil
    ) throws {
        self.name = name
        self.options = options
        package = try Self.open(path, options)
        version = try Self.version(package)
        let graph = package.graph
        let (config, _) = try PipelineConfig.load(path: try package.file(PackageFiles.pipelineConfig))
        let needed = Self.features(of: graph)
        batchSizeSlot = graph.inputs.contains { $0.name == "batch_size" } ? 0 : nil
        isTiled = batchSizeSlot != nil
        let factory = try GeneratorFactory(config, package: package, mode: options.featureMode)
        featureMode = factory.mode
        let generator = try factory.generator(needed)
        self.generator = generator
        let slots = (isTiled ? [InputSlot(name: "batch_size", element: .int32)] : []) + generator.slots
        self.slots = slots
        columns = generator.columns
        columnNames = NameTable(generator.columns.map(\.name))
        let loaded = try AOTLoader.load(package, badIDs: options.badIDs)
        predictor = loaded.predictor
        backend = loaded.backend
        backendNote = loaded.note
        parallel = ParallelPredictor(predictor)
        try predictor.bind(slots: slots)
        hasLists = graph.outputs.contains { $0.name == JaggedOutputs.lengthsName }
        let known = Self.outputTypes(graph)
        index = try IndexRetrieval(path: package.path, known, options)
        self.tree = try tree.map { try TreeRetrieval($0, known) } ?? TreeRetrieval(path: package.path, known)
        let asked = index == nil ? options.outputs : (options.outputs ?? []).filter { !Retrieved.names.contains($0) }
        outputs = try Self.outputs(known.map(\.name), asked)
        outputTypes = outputs.compactMap { name in known.first { $0.name == name } }
        cutTypes =
            outputTypes + known.filter { [outputs, index] in $0.name == index?.output && !outputs.contains($0.name) }
        let made = factory.features.features.filter { feature in slots.contains { $0.name == "\(feature.name).values" }
        }
        texts = try ParsedInputsText(made.map { ($0.name, $0.sequence?.delimiter) }, slots: slots)
        itemSplit = options.hasItems ? try Self.split(factory, needed, slots) : nil
    }

    /// The graph's inputs with their types.
    package var inputTypes: [(name: String, type: ValueType)] {
        package.graph.inputs.map { ($0.name, package.graph.type($0.value)) }
    }

    /// Whether an input has one row of floats a user or candidate, not a list.
    func isDenseRow(_ slot: InputSlot) -> Bool {
        guard slot.element == .float, slot.name.hasSuffix(".values") else { return false }
        let lengths = String(slot.name.dropLast(".values".count)) + ".lengths"
        return !slots.contains { $0.name == lengths }
    }

    /// Whether an input has one row a request.
    func isSingleUserRow(_ slot: InputSlot) -> Bool {
        inputTypes.first { $0.name == slot.name }?.type.dimensions.first == .user
    }

    /// Reads a generation of item features for this model.
    package func loadItems(_ source: any ItemSource, key: String, limitBytes: Int?) throws -> ItemTable {
        try withContext("in item features \(source.description)") {
            try ItemTable(
                source, key: key, columns: columns.filter { !$0.isUserSide }.map(\.name), generator: itemSplit?.items,
                limitBytes: limitBytes)
        }
    }

    /// Item features that are asked for while requests wait.
    ///
    /// - Throws: `unsupported` for a model that searches a tree, which asks for too many items one after the other.
    package func remoteItems(
        _ store: any RemoteItemStore, policy: RemoteItemPolicy, events: RemoteItemEvents = RemoteItemEvents()
    ) throws -> ItemTable {
        guard tree == nil else {
            throw SlipwayError(
                .unsupported, "the features of a tree's nodes cannot be asked for in \(store.description)",
                fix: "give --items a Parquet or CSV snapshot, or an SQLite database")
        }
        let names = columns.filter { !$0.isUserSide }.map(\.name)
        let rest = itemSplit.map { $0.online } ?? generator
        let maker = RemoteItemMaker(columns: names, generator: itemSplit?.items, checked: rest)
        return ItemTable(
            remote: RemoteItems(store, maker, policy, events), columns: names, slots: itemSplit?.items.slots)
    }

    // MARK: Opening

    /// Whether requests may be run together.
    package var canMerge: Bool { !hasLists && tree == nil }

    /// Names of everything that is answered.
    package var answers: [String] { (index == nil && tree == nil ? [] : Retrieved.names) + outputs }

    private static func open(_ path: String, _ options: ScoringOptions) throws -> Package {
        let path = served(path)
        let parts = (try? FileManager.default.contentsOfDirectory(atPath: path))?.filter {
            FileManager.default.fileExists(atPath: "\(path)/\($0)/\(PackageFiles.manifest)")
        }
        if let parts, !parts.isEmpty, !FileManager.default.fileExists(atPath: "\(path)/\(PackageFiles.manifest)") {
            let list = parts.sorted().map { "\(path)/\($0)" }.joined(separator: ", ")
            throw SlipwayError(
                .invalidArgument, "\(path) is an export of several parts", fix: "serve one of them: \(list)")
        }
        return try Package.open(
            path: path, verify: options.verifiesHashes ? .hashes : .sizes, copiesTables: !options.mapsTables)
    }

    /// The package that answers for a folder: of an export of several parts, the one that users' requests are for.
    package static func served(_ path: String) -> String {
        func isPackage(_ path: String) -> Bool {
            FileManager.default.fileExists(atPath: "\(path)/\(PackageFiles.manifest)")
        }
        guard !isPackage(path) else { return path }
        return ["\(path)/user", "\(path)/model"].first(where: isPackage) ?? path
    }

    private static func version(_ package: Package) throws -> String {
        let manifest = try MappedFile.contents(of: "\(package.path)/\(PackageFiles.manifest)")
        let hash = SHA256.hash(data: manifest).prefix(4).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        return "\(package.manifest.provenance.step ?? 0)-\(hash)"
    }

    /// The features whose inputs the model reads.
    private static func features(of graph: Graph) -> [String] {
        var names: [String] = []
        var seen: Set<String> = []
        for input in graph.inputs {
            for suffix in [".values", ".lengths", ".weights", ".key_lengths"] where input.name.hasSuffix(suffix) {
                let name = String(input.name.dropLast(suffix.count))
                if seen.insert(name).inserted { names.append(name) }
            }
        }
        return names
    }

    /// The graph's outputs with their types, by name.
    private static func outputTypes(_ graph: Graph) -> [(name: String, type: ValueType)] {
        graph.outputs.filter { $0.name != JaggedOutputs.lengthsName }.map {
            (name: $0.name, type: graph.type($0.value))
        }
        .sorted { $0.name < $1.name }
    }

    private static func outputs(_ all: [String], _ asked: [String]?) throws -> [String] {
        for name in asked ?? [] where !all.contains(name) {
            throw SlipwayError(
                .notFound, "the model has no output called \(name)",
                fix: "its outputs are \(all.joined(separator: ", "))")
        }
        return asked ?? all
    }

    private static func split(
        _ factory: GeneratorFactory, _ needed: [String], _ slots: [InputSlot]
    ) throws -> ItemSplit? {
        let own = ItemSide.names(needed, in: factory.features)
        guard !own.isEmpty else { return nil }
        let items = try factory.generator(needed.filter(own.contains))
        let rest = needed.filter { !own.contains($0) }
        let online = rest.isEmpty ? nil : try factory.generator(rest)
        func places(_ part: [InputSlot]) -> [Int] {
            part.compactMap { slot in slots.firstIndex { $0.name == slot.name } }
        }
        return ItemSplit(
            items: items, online: online, itemSlots: places(items.slots), onlineSlots: places(online?.slots ?? []),
            itemColumns: Set(items.columns.map(\.name)))
    }
}
