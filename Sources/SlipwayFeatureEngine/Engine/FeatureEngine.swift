public import SlipwayCore

/// Feature generation compiled from an fg.json. Immutable; each worker runs it in its own `FeatureSession`.
public struct FeatureEngine: Sendable {
    /// Which columns are read. Source: `fg_mode` of upstream's data config.
    public enum Mode: Sendable, Hashable {
        /// `FG_DAG`: input columns; features read one another.
        case dag
        /// `FG_NORMAL`: input columns; a feature that another reads is a column too.
        case normal
        /// `FG_BUCKETIZE`: a column of its name for every feature, with values that only need bucketizing.
        case bucketizeOnly
    }

    public struct Options: Sendable {
        public var mode: Mode
        public var hash: HashFunction
        /// Where files that fg.json names lie.
        public var assetDirectory: String?
        public var customOperators: CustomOperators
        /// The model inputs to make, such as `user_id.values`; nil for all there are.
        public var wanted: [String]?

        public init(
            mode: Mode = .dag, hash: HashFunction = .murmur, assetDirectory: String? = nil,
            customOperators: CustomOperators = .builtIn, wanted: [String]? = nil
        ) {
            self.mode = mode
            self.hash = hash
            self.assetDirectory = assetDirectory
            self.customOperators = customOperators
            self.wanted = wanted
        }
    }

    /// A column the engine reads.
    public struct InputColumn: Sendable, Hashable {
        public enum Side: String, Sendable, Hashable { case user, item, context }

        public let name: String
        public let side: Side
        /// One row serves a whole request: user columns and all columns of sequence groups.
        public internal(set) var isUserSide: Bool
        /// The sequence group whose steps it holds.
        public let sequence: String?
    }

    /// The model inputs it makes.
    public let slots: [InputSlot]
    /// The columns it reads, in the order features name them.
    public let columns: [InputColumn]
    /// Columns that fg.json asks to pass through.
    public let reserves: [String]
    /// The primary key column of each sequence group that is run.
    public let sequenceKeys: [String: String]

    let plans: [FeaturePlan]
    /// Indices of `plans`: a level reads only earlier ones.
    let levels: [[Int]]

    /// - Throws: `corrupt` for bytes that are no JSON, `invalid_config` naming feature and key, `not_found` for a missing file
    ///   or a wanted input that no feature makes.
    public init(json: [UInt8], options: Options = Options()) throws {
        let document = try FGDocument(json: json)
        var compiler = PlanCompiler(document, options)
        var plans = try compiler.plans()
        let all = Set(plans.indices)
        let levels = try PlanOrder.levels(plans, needed: all)
        for index in PlanOrder.userSide(plans, order: levels.flatMap { $0 }) { plans[index].isUserSide = true }
        if options.mode == .bucketizeOnly {
            // The columns are the features' own, but what they were made from says whose they are.
            let users = Self.userFeatures(json, options)
            for index in plans.indices { plans[index].isUserSide = users.contains(plans[index].name) }
            compiler.markUserColumns(users)
        }
        let slots = try Self.assignSlots(&plans, wanted: options.wanted)
        let roots = plans.indices.filter { index in
            options.wanted == nil
                ? !(plans[index].isStub && options.mode == .bucketizeOnly) : !plans[index].slots.all.isEmpty
        }
        let needed = PlanOrder.closure(plans, roots: roots)
        self.levels = levels.map { $0.filter(needed.contains) }.filter { !$0.isEmpty }
        self.plans = plans
        self.slots = slots
        reserves = document.reserves
        let used = Set(
            needed.flatMap { plans[$0].inputs }.compactMap { input -> Int? in
                if case .column(let index) = input.source { return index }
                return nil
            })
        columns = compiler.columns
        neededColumnIndices = used.sorted()
        let groups = Set(needed.compactMap { plans[$0].sequence?.group })
        var keys: [String: String] = [:]
        for case let group? in document.entries.map(\.group) where groups.contains(group.name) {
            keys[group.name] = group.primaryKey.flatMap { $0.split(separator: ":").last.map { String($0) } }
        }
        sequenceKeys = keys
    }

    let neededColumnIndices: [Int]

    /// The user side features of an fg.json as a DAG; none where it cannot be one.
    private static func userFeatures(_ json: [UInt8], _ options: Options) -> Set<String> {
        var graph = options
        graph.mode = .dag
        graph.wanted = nil
        return Set((try? FeatureEngine(json: json, options: graph))?.userFeatures ?? [])
    }

    /// Names of the columns that `FeatureSession.run` reads.
    public var neededColumns: [String] { neededColumnIndices.map { columns[$0].name } }

    /// Full names of features that are the same for all rows of one request.
    public var userFeatures: [String] { plans.filter(\.isUserSide).map(\.name) }

    /// Full names of all features, in fg.json's order.
    public var featureNames: [String] { plans.map(\.name) }

    /// The features that have slots, in fg.json's order, with the text between steps of sequences.
    public var outputs: [(name: String, delimiter: String?)] {
        plans.filter { $0.slots.values != nil }.map { plan in
            (plan.name, plan.sequence.map { String(decoding: $0.delimiter.bytes, as: UTF8.self) })
        }
    }

    /// The index of a feature for `FeatureSession`'s accessors.
    func index(of feature: String) -> Int? { plans.firstIndex { $0.name == feature } }
}
