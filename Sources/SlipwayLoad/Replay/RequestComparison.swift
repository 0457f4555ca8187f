import SlipwayOnline
import SlipwayProtocol

/// The two answers to one request, held against each other.
struct RequestComparison {
    /// Where a request's answers part first: what was sent, what was made of it, what came of that.
    enum Stage: String, CaseIterable {
        case answer = "answer"
        case raw = "feature before generation"
        case generated = "feature after generation"
        case items = "item"
        case score = "score"

        static func isOfFeatures(_ name: String) -> Bool { name == raw.rawValue || name == generated.rawValue }
    }

    struct First {
        let stage: Stage
        /// A feature, an output or `status`.
        let name: String
        /// The row's item.
        let item: String?
        let first: String
        let second: String
    }

    /// Nil where the answers agree.
    private(set) var first: First?
    private(set) var rawFeatures: Set<String> = []
    private(set) var generatedFeatures: Set<String> = []
    private(set) var outputs: Set<String> = []
    /// Whether the answers are about other items, or in another order.
    private(set) var hasOtherItems = false
    /// Largest difference of each output.
    private(set) var sizes: [String: Double] = [:]
    /// Whether both sides told features.
    private(set) var hasFeatures = false

    init(_ ours: ReplayAnswer, _ theirs: ReplayAnswer, _ options: ReplayOptions) {
        guard ours.status == theirs.status else {
            first = First(
                stage: .answer, name: "status", item: nil, first: Self.text(ours), second: Self.text(theirs))
            return
        }
        guard ours.status == 200 else { return }
        if !ours.rawFeatures.isEmpty, !theirs.rawFeatures.isEmpty {
            hasFeatures = true
            compare(ours.rawFeatures, theirs.rawFeatures, .raw, options.featureTolerance, into: \.rawFeatures)
        }
        if !ours.generatedFeatures.isEmpty, !theirs.generatedFeatures.isEmpty {
            hasFeatures = true
            compare(
                ours.generatedFeatures, theirs.generatedFeatures, .generated, options.featureTolerance,
                into: \.generatedFeatures)
        }
        guard let scores = ours.outputs, let others = theirs.outputs else { return }
        if !ours.items.isEmpty, !theirs.items.isEmpty,
            let difference = ItemDifference(Self.items(ours), Self.items(theirs), tolerance: options.tolerance)
        {
            hasOtherItems = true
            note(
                First(
                    stage: .items, name: Retrieved.idsName, item: difference.place.map { "place \($0)" },
                    first: difference.first, second: difference.second))
        }
        for difference in ScoreDifference.all(scores, others) {
            sizes[difference.output] = difference.size
            guard difference.size > options.tolerance else { continue }
            outputs.insert(difference.output)
            note(
                First(
                    stage: .score, name: difference.output, item: difference.place.map { "value \($0)" },
                    first: difference.first, second: difference.second))
        }
    }

    private static func items(_ answer: ReplayAnswer) -> ItemDifference.List {
        var list = ItemDifference.List(ids: answer.items)
        if case .numbers(let scores)? = answer.outputs?.first(where: { $0.name == Retrieved.scoresName })?.values {
            list.scores = scores
        }
        return list
    }

    private static func text(_ answer: ReplayAnswer) -> String {
        answer.status == 200 ? "200" : "\(answer.status) \(answer.problem ?? "")"
    }

    private mutating func note(_ difference: First) { if first == nil { first = difference } }

    private mutating func compare(
        _ ours: [LogRecord.FeatureText], _ theirs: [LogRecord.FeatureText], _ stage: Stage, _ tolerance: Double,
        into names: WritableKeyPath<RequestComparison, Set<String>>
    ) {
        let isAligned = ours.map(\.id) == theirs.map(\.id)
        let byID = isAligned ? [:] : Dictionary(theirs.map { ($0.id, $0.text) }) { old, _ in old }
        for (row, own) in ours.enumerated() {
            guard let other = isAligned ? theirs[row].text : byID[own.id] else {
                self[keyPath: names].insert("item \(own.id)")
                note(First(stage: stage, name: "item \(own.id)", item: own.id, first: "there", second: "absent"))
                continue
            }
            for difference in FeatureDifference.all(own.text, other, tolerance: tolerance) {
                self[keyPath: names].insert(difference.feature)
                note(
                    First(
                        stage: stage, name: difference.feature, item: own.id, first: difference.first ?? "absent",
                        second: difference.second ?? "absent"))
            }
        }
    }
}
