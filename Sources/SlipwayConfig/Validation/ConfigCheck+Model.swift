import SlipwayCore

extension ConfigCheck {
    mutating func checkModel() {
        guard let model else {
            error("the config has no model_config", fix: "add one with feature_groups and a model")
            return
        }
        guard let member = model.set(of: "model"), let kind = ModelKind(name: member.name),
            let body = model.message(member.name)
        else {
            error(
                "model_config names no model",
                fix: "add one of " + ModelKind.all.map(\.name).joined(separator: ", "))
            return
        }
        if groups.isEmpty {
            error("model_config has no feature_groups", fix: "add the groups that \(kind) reads")
        }
        checkGroupNames(in: body, path: kind.name)
        for name in requiredGroups(of: kind, body) where !groups.contains(where: { $0.name == name }) {
            error(
                "\(kind) needs a feature group named `\(name)`",
                fix: "add it; there are: " + groups.map(\.name).joined(separator: ", "))
        }
        checkGroupTypes(of: kind, body)
        checkLosses(of: kind, body, model)
        checkActivations(in: model, path: "model_config")
        checkIntervention(in: body)
    }

    /// Every field of the model that names a group.
    private mutating func checkGroupNames(in message: DynamicMessage, path: String) {
        let naming: Set<String> = [
            "input", "augment_input", "history_input", "pair_feature_group", "pair_flag_feature_group",
        ]
        for field in message.setFields {
            if naming.contains(field.name), field.type == .string {
                let name = message.text(field.name)
                if !groups.contains(where: { $0.name == name }) {
                    let known = groups.map(\.name)
                    let near = NearestName.match(name, in: known).map { "did you mean `\($0)`? " } ?? ""
                    error(
                        "\(path).\(field.name) is `\(name)`, which is no feature group",
                        fix: near + "groups: " + known.joined(separator: ", "))
                }
            }
            for (index, inner) in message.messages(field.name).enumerated() {
                let place = field.isRepeated ? "\(field.name)[\(index)]" : field.name
                checkGroupNames(in: inner, path: "\(path).\(place)")
            }
        }
    }

    /// Groups that the kind reads under a fixed name.
    private func requiredGroups(of kind: ModelKind, _ body: DynamicMessage) -> [String] {
        switch kind {
        case .wideAndDeep, .deepfm, .xdeepfm: return ["wide", "deep"]
        case .dlrm, .wukong: return groups.count > 1 ? ["sparse"] : []
        case .pepnet: return ["all"]
        case .dlrmHSTU: return ["contextual", "uih", "candidate"]
        case .ultraHSTU:
            let channels = body.messages("hstu").map { $0.text("name") }
            return ["contextual", "candidate"] + channels.map { $0.isEmpty ? "uih" : $0 }
        default: return []
        }
    }

    private mutating func checkGroupTypes(of kind: ModelKind, _ body: DynamicMessage) {
        let usesWide: [ModelKind] = [.wideAndDeep, .deepfm, .xdeepfm]
        for group in groups where group.type == .wide && !usesWide.contains(kind) {
            warn("feature group `\(group.name)` is WIDE, which \(kind) has no use for", at: group.path)
        }
        for tower in body.messages("din_towers") {
            let name = tower.text("input")
            if let group = groups.first(where: { $0.name == name }), !group.isSequence {
                error(
                    "a DIN tower reads feature group `\(name)`, which is no SEQUENCE group",
                    fix: "set group_type: SEQUENCE there")
            }
        }
        if kind == .tdm, !groups.isEmpty, !groups.contains(where: { $0.type == .sequence }) {
            error("tdm needs a feature group of type SEQUENCE", fix: "add one to feature_groups")
        }
    }

    /// Kinds without task towers take their outputs from `model_config.losses`, the others from each task's.
    private mutating func checkLosses(of kind: ModelKind, _ body: DynamicMessage, _ model: DynamicMessage) {
        let tasks = body.messages("task_towers") + (body.message("fusion_mtl_tower")?.messages("task_configs") ?? [])
        for task in tasks {
            let name = task.has("tower_name") ? task.text("tower_name") : task.text("task_name")
            checkLosses(task.messages("losses"), classes: task.unsigned("num_class"), place: "task `\(name)`")
        }
        guard tasks.isEmpty else { return }
        if body.schema.field(named: "task_towers") != nil || body.schema.field(named: "fusion_mtl_tower") != nil {
            error("\(kind) has no tasks", fix: "add task_towers, or task_configs in its fusion_mtl_tower")
            return
        }
        if kind.isMatch || kind == .sidRqvae || kind == .sidRqkmeans {
            if model.unsigned("num_class") == 0 { error("model_config.num_class is 0", fix: "leave it out") }
            return
        }
        checkLosses(model.messages("losses"), classes: model.unsigned("num_class"), place: "model_config")
    }

    private mutating func checkLosses(_ losses: [DynamicMessage], classes: UInt64, place: String) {
        if losses.isEmpty {
            error(
                "\(place) has no losses, which decide what the model puts out", fix: "add the loss it was trained with")
        }
        if classes == 0 { error("\(place): num_class is 0", fix: "use 1, or the number of classes") }
        for wrapper in losses {
            guard let loss = wrapper.set(of: "loss")?.name else {
                error("\(place) has a loss without a type", fix: "name one, such as binary_cross_entropy")
                continue
            }
            switch loss {
            case "binary_cross_entropy" where classes > 1, "binary_focal_loss" where classes > 1:
                error("\(place): \(loss) needs num_class 1, not \(classes)", fix: "set num_class: 1 or another loss")
            case "softmax_cross_entropy" where classes == 1:
                error("\(place): \(loss) needs num_class above 1", fix: "set num_class to the number of classes")
            case "jrc_loss" where classes != 2 && classes != 0:
                error("\(place): \(loss) needs num_class 2, not \(classes)", fix: "set num_class: 2")
            default:
                continue
            }
        }
    }

    private mutating func checkActivations(in message: DynamicMessage, path: String) {
        for field in message.setFields {
            if field.name == "activation" || field.name == "ppnet_activation", field.type == .string {
                do {
                    _ = try ActivationSpec.parse(message.text(field.name))
                } catch let failure as SlipwayError {
                    error("\(path).\(field.name): \(failure.message)", fix: failure.fix ?? "use a known one")
                } catch {
                    continue
                }
            }
            for (index, inner) in message.messages(field.name).enumerated() {
                let place = field.isRepeated ? "\(field.name)[\(index)]" : field.name
                checkActivations(in: inner, path: "\(path).\(place)")
            }
        }
    }

    private mutating func checkIntervention(in body: DynamicMessage) {
        for tower in body.messages("task_towers") {
            guard tower.count("intervention_tower_names") > 0, tower.unsigned("low_rank_dim") == 0 else { continue }
            error(
                "task `\(tower.text("tower_name"))` has intervention_tower_names but no low_rank_dim",
                fix: "set low_rank_dim above 0")
        }
    }
}
