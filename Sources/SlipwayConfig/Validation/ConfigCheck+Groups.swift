extension ConfigCheck {
    mutating func checkGroups() {
        var places: [String: String] = [:]
        for group in groups {
            if let earlier = places[group.name] {
                error(
                    "feature group `\(group.name)` is defined twice, at \(earlier) and \(group.path)",
                    fix: "rename or merge one")
            }
            places[group.name] = group.path
        }
        let known = featuresByName
        var sequenceGroups: Set<String> = []
        for group in groups {
            checkMembers(of: group, known)
            checkType(of: group, known)
            checkSequenceGroups(of: group, taken: &sequenceGroups)
        }
    }

    private mutating func checkMembers(of group: GroupView, _ known: [String: ConfigFeature]) {
        let names = group.allFeatureNames
        if names.isEmpty {
            error("feature group `\(group.name)` is empty", fix: "add feature_names or remove the group")
        }
        for name in names where known[name] == nil {
            let grouped = features.first { $0.isGrouped && $0.config.text("feature_name") == name }
            let near = grouped?.name ?? NearestName.match(name, in: features.map(\.name))
            error(
                "feature group `\(group.name)` names `\(name)`, which is no feature",
                fix: near.map { "did you mean `\($0)`?" } ?? "add it to feature_configs or take it out")
        }
        let direct = group.message.texts("feature_names")
        if let twice = direct.indices.first(where: { direct[..<$0].contains(direct[$0]) }) {
            warn("feature group `\(group.name)` names `\(direct[twice])` twice", at: group.path)
        }
    }

    private mutating func checkType(of group: GroupView, _ known: [String: ConfigFeature]) {
        let members = group.message.texts("feature_names").compactMap { known[$0] }
        if group.type == .wide {
            for feature in members where !feature.isSparse {
                error(
                    "feature group `\(group.name)` is WIDE but `\(feature.name)` has no table",
                    fix: "bucketize it with boundaries or take it out")
            }
        }
        let isContext = group.name == "contextual" && ModelKind.hstu.contains(model?.set(of: "model")?.name ?? "")
        if group.isSequence, !members.isEmpty, !isContext, !members.contains(where: \.isSequence) {
            error(
                "feature group `\(group.name)` is \(group.type == .sequence ? "SEQUENCE" : "JAGGED_SEQUENCE") but has "
                    + "no sequence feature", fix: "add one, or make the group DEEP")
        }
    }

    /// Sequence groups inside a group, and the encoders that read them.
    private mutating func checkSequenceGroups(of group: GroupView, taken: inout Set<String>) {
        let inner = group.message.messages("sequence_groups")
        let encoders = group.message.messages("sequence_encoders")
        guard !inner.isEmpty || !encoders.isEmpty else { return }
        guard group.type == .deep else {
            error(
                "feature group `\(group.name)` has sequence_groups or sequence_encoders but is not DEEP",
                fix: "set group_type: DEEP, or give the group the sequence features directly")
            return
        }
        guard !inner.isEmpty, !encoders.isEmpty else {
            let (has, lacks) = inner.isEmpty ? ("encoders", "groups") : ("groups", "encoders")
            error(
                "feature group `\(group.name)` has sequence_\(has) but no sequence_\(lacks)",
                fix: "add the sequence_\(lacks)")
            return
        }
        var names: [String] = []
        for (index, sequence) in inner.enumerated() {
            if !sequence.has("group_name"), inner.count > 1 {
                error(
                    "feature group `\(group.name)`: sequence_groups[\(index)] has no group_name",
                    fix: "name each, as there are several")
            }
            let name = sequence.has("group_name") ? sequence.text("group_name") : group.name
            names.append(name)
            if !taken.insert(name).inserted {
                error("sequence group `\(name)` is defined twice", fix: "give each sequence group its own name")
            }
        }
        checkEncoders(encoders, of: group, reading: names)
    }

    private mutating func checkEncoders(_ encoders: [DynamicMessage], of group: GroupView, reading names: [String]) {
        var read: Set<String> = []
        for (index, wrapper) in encoders.enumerated() {
            guard let member = wrapper.set(of: "seq_module"), let encoder = wrapper.message(member.name) else {
                error(
                    "feature group `\(group.name)`: sequence_encoders[\(index)] names no encoder",
                    fix: "put a din_encoder, pooling_encoder, … in it")
                continue
            }
            guard encoder.has("input") || names.count == 1 else {
                error(
                    "feature group `\(group.name)`: \(member.name) has no input",
                    fix: "name one of its sequence groups: " + names.joined(separator: ", "))
                continue
            }
            let input = encoder.has("input") ? encoder.text("input") : names[0]
            read.insert(input)
            if !names.contains(input) {
                error(
                    "feature group `\(group.name)`: \(member.name) reads `\(input)`, which is none of its sequence "
                        + "groups", fix: "use " + names.joined(separator: ", "))
            }
        }
        for name in names where !read.contains(name) {
            error(
                "feature group `\(group.name)`: no encoder reads sequence group `\(name)`",
                fix: "add a sequence encoder with input: \"\(name)\"")
        }
    }
}

extension ModelKind {
    /// Names of the kinds built on HSTU, whose `contextual` group may be a SEQUENCE of plain features.
    fileprivate static let hstu: Set<String> = [
        ModelKind.dlrmHSTU.name, ModelKind.ultraHSTU.name, ModelKind.hstuMatch.name,
    ]
}
