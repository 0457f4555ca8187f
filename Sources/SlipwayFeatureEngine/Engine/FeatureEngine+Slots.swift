import SlipwayCore

extension FeatureEngine {
    /// Gives every output that is wanted its slot.
    static func assignSlots(_ plans: inout [FeaturePlan], wanted: [String]?) throws -> [InputSlot] {
        let names = wanted.map { Set($0) }
        var slots: [InputSlot] = []
        for index in plans.indices where !plans[index].isStub || names != nil {
            let plan = plans[index]
            if case .texts = plan.values.target { continue }
            func slot(_ suffix: String, _ element: InputSlot.Element, width: Int = 1, byDefault: Bool = true) -> Int? {
                let name = "\(plan.name).\(suffix)"
                guard names?.contains(name) ?? byDefault else { return nil }
                slots.append(InputSlot(name: name, element: element, width: width))
                return slots.count - 1
            }
            let width = plan.values.denseWidth
            var own = FeaturePlan.Slots()
            own.values = width > 0 ? slot("values", .float, width: width) : slot("values", .int64)
            if width == 0 || plan.sequence != nil { own.lengths = slot("lengths", .int32) }
            if width == 0, plan.sequence != nil {
                own.keyLengths = slot("key_lengths", .int32, byDefault: plan.kernel.traits.valueDim != 1)
            }
            if plan.values.isWeighted { own.weights = slot("weights", .float) }
            plans[index].slots = own
        }
        if names?.contains(InputSlot.batchSizeName) ?? false {
            slots.append(InputSlot(name: InputSlot.batchSizeName, element: .int32))
        }
        if let wanted, let missing = wanted.first(where: { name in !slots.contains { $0.name == name } }) {
            throw unmade(missing, plans)
        }
        return slots
    }

    private static func unmade(_ input: String, _ plans: [FeaturePlan]) -> SlipwayError {
        let feature = input.split(separator: ".").dropLast().joined(separator: ".")
        guard let plan = plans.first(where: { $0.name == feature }) else {
            return SlipwayError(
                .notFound, "the model reads \(input), but fg.json has no feature \(feature)",
                fix: "use the fg.json that was exported with the model")
        }
        if case .texts = plan.values.target {
            return FGError.field(
                feature, "hash_bucket_size", "and every other bucketizer is missing, so its texts have no ids",
                fix: "set one of hash_bucket_size, vocab_list, vocab_dict, vocab_file, num_buckets")
        }
        return SlipwayError(
            .mismatch, "the model reads \(input), which feature \(feature) does not make",
            fix: "use the fg.json that was exported with the model")
    }
}

extension FeatureEngine.InputColumn.Side {
    init(_ side: FeatureSide) {
        switch side {
        case .user: self = .user
        case .item: self = .item
        case .context, .feature, .const: self = .context
        }
    }
}
