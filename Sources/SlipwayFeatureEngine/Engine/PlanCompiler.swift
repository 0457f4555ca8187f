import SlipwayCore

/// Turns the entries of an fg.json into plans, in the order they must run.
struct PlanCompiler {
    private let document: FGDocument
    private let options: FeatureEngine.Options
    private let context: CompileContext
    private let indexByName: [String: Int]
    private(set) var columns: [FeatureEngine.InputColumn] = []
    private var columnByName: [String: Int] = [:]

    init(_ document: FGDocument, _ options: FeatureEngine.Options) {
        self.document = document
        self.options = options
        context = CompileContext(
            hash: options.hash, assetDirectory: options.assetDirectory, customOperators: options.customOperators)
        var index: [String: Int] = [:]
        for (position, entry) in document.entries.enumerated() { index[entry.name] = position }
        indexByName = index
    }

    /// All features in fg.json's order; inputs of other features refer to that order.
    mutating func plans() throws -> [FeaturePlan] {
        var plans: [FeaturePlan] = []
        for entry in document.entries { plans.append(try plan(entry)) }
        for plan in plans { for producer in plan.producers { plans[producer].isRead = true } }
        return plans
    }

    /// Makes exactly these columns user side.
    mutating func markUserColumns(_ names: Set<String>) {
        for index in columns.indices { columns[index].isUserSide = names.contains(columns[index].name) }
    }

    private mutating func plan(_ entry: FGEntry) throws -> FeaturePlan {
        let kernel =
            options.mode == .bucketizeOnly
            ? try BucketizeOperator(entry, context) : try OperatorCatalogue.make(entry, context)
        let traits = kernel.traits
        let sequence = try sequencePlan(entry, traits)
        let stated = Set(try entry.texts("sequence_fields") ?? [])
        var inputs: [FeaturePlan.PlannedInput] = []
        for input in kernel.inputs {
            inputs.append(try plan(input, entry, traits, sequence, stated: stated))
        }
        return FeaturePlan(
            name: entry.name, kernel: kernel, values: try values(entry, kernel), inputs: inputs,
            isStub: try entry.flag("stub_type"), sequence: sequence,
            isScalar: try entry.valueDim(traits.keep == 0 ? 0 : traits.keep) == 1)
    }

    private func sequencePlan(_ entry: FGEntry, _ traits: OperatorTraits) throws -> FeaturePlan.SequencePlan? {
        guard entry.isSequence else { return nil }
        if let group = entry.group {
            guard let delimiter = Separator(group.delimiter) else {
                throw entry.wrong("sequence_delim", "is empty", fix: "set the text between two steps")
            }
            return .init(
                delimiter: delimiter, length: group.length, group: group.name, spreads: traits.allInputsAreSteps)
        }
        guard let delimiter = Separator(try entry.text("sequence_delim") ?? ";") else {
            throw entry.wrong("sequence_delim", "is empty", fix: "set the text between two steps")
        }
        let length = Int(try entry.integer("sequence_length", in: 0...Int64(Int32.max)) ?? 0)
        return .init(delimiter: delimiter, length: length, group: nil, spreads: traits.allInputsAreSteps)
    }

    // MARK: Inputs

    private mutating func plan(
        _ input: OperatorInput, _ entry: FGEntry, _ traits: OperatorTraits, _ sequence: FeaturePlan.SequencePlan?,
        stated: Set<String>
    ) throws -> FeaturePlan.PlannedInput {
        let expression = input.expression
        let bucketizes = options.mode == .bucketizeOnly
        /// The column carries the group's name.
        let isPrefixed: Bool
        if sequence == nil || expression.side == .const {
            isPrefixed = false
        } else if !stated.isEmpty, !bucketizes {
            isPrefixed = stated.contains(expression.name)
        } else {
            isPrefixed = traits.hasSingleInput ? expression.side != .feature : expression.side == .item
        }
        let isStep = sequence != nil && (isPrefixed || traits.hasSingleInput || traits.allInputsAreSteps)
        func planned(_ source: FeaturePlan.PlannedInput.Source) -> FeaturePlan.PlannedInput {
            .init(source: source, side: expression.side, form: input.form, isStep: isStep)
        }
        let name =
            isPrefixed && !bucketizes
            ? sequence?.group.map { "\($0)__\(expression.name)" } ?? expression.name
            : expression.name
        switch expression.side {
        case .const: return planned(.literal(.string([expression.name])))
        case .feature:
            if let producer = try producer(of: expression.name, entry) { return planned(.feature(producer)) }
            return planned(.column(column(name, .context, sequence, isStep)))
        case .user, .item, .context:
            return planned(.column(column(name, expression.side, isPrefixed ? sequence : nil, isStep)))
        }
    }

    /// The feature a `feature:` input means: a sibling in the group first. Without a DAG only hidden helpers are read.
    private func producer(of name: String, _ entry: FGEntry) throws -> Int? {
        let sibling = entry.group.flatMap { indexByName["\($0.name)__\(name)"] }
        guard let found = sibling ?? indexByName[name] else {
            if options.mode == .normal { return nil }
            throw entry.wrong(
                "expression", "reads feature:\(name), which is no feature", fix: "add that feature or name another")
        }
        if options.mode == .normal, try !document.entries[found].flag("stub_type") { return nil }
        return found
    }

    private mutating func column(
        _ name: String, _ side: FeatureSide, _ sequence: FeaturePlan.SequencePlan?, _ isStep: Bool
    ) -> Int {
        let group = isStep ? sequence?.group : nil
        if let known = columnByName[name] {
            if side == .user || group != nil { columns[known].isUserSide = true }
            return known
        }
        columns.append(
            .init(
                name: name, side: .init(side), isUserSide: side == .user || group != nil, sequence: group))
        columnByName[name] = columns.count - 1
        return columns.count - 1
    }

    // MARK: Values

    private func values(_ entry: FGEntry, _ kernel: any FeatureOperator) throws -> ValuePlan {
        let traits = kernel.traits
        var plan = ValuePlan(target: try ValueTarget.make(entry, context, without: traits.plain))
        plan.keep = traits.keep
        plan.width = traits.width
        plan.isWeighted = traits.isWeighted
        if case .dense(let width) = plan.target {
            plan.width = width
            plan.keep = width
        }
        var text = try entry.text("default_value") ?? ""
        if text.isEmpty { text = traits.emptyDefault }
        plan.emptyValue = try emptyValue(text, entry, kernel, plan)
        if traits.usesNormalizer { plan.normalizer = try Normalizer(entry) }
        return plan
    }

    /// The default, bucketized as data is but never normalized.
    private func emptyValue(
        _ text: String, _ entry: FGEntry, _ kernel: any FeatureOperator, _ plan: ValuePlan
    ) throws -> ValuePlan.EmptyValue {
        var value = ValuePlan.EmptyValue()
        let width = plan.denseWidth
        guard !text.isEmpty else {
            value.floats = Array(repeating: 0, count: width)
            return value
        }
        var raw = plan
        raw.width = 0
        let writer = FeatureWriter(raw)
        kernel.writeDefault(text, to: writer)
        let isNumeric = width > 0 || plan.width > 0
        if isNumeric, writer.counters.unparsable > 0 {
            throw entry.wrong("default_value", "is \"\(text)\", which is no number", fix: "use a number")
        }
        value.isStated = true
        value.ids = writer.output.ids
        value.floats = writer.output.floats
        value.texts = writer.output.texts.tokens.map { Array($0.bytes) }
        if plan.width > 1 {
            if value.floats.count == 1 { value.floats = Array(repeating: value.floats[0], count: plan.width) }
            if value.ids.count == 1 { value.ids = Array(repeating: value.ids[0], count: plan.width) }
            guard max(value.floats.count, value.ids.count) == plan.width else {
                throw entry.wrong(
                    "default_value", "has \(max(value.floats.count, value.ids.count)) numbers",
                    fix: "give one number, or value_dim (\(plan.width)) of them")
            }
        }
        if width > 0, value.floats.isEmpty { value.floats = Array(repeating: 0, count: width) }
        return value
    }
}
