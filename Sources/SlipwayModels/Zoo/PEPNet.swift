import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// Embeddings personalised by the domain, then networks personalised by user and item, a tower a task. Source:
/// arXiv:2302.01115.
///
/// Group `all` is required; groups `domain` and `uia` switch the two personalisations on. With `domain_input_name` every
/// task has a tower a domain, and each of them an output.
public enum PEPNet: SinglePartModel {
    public static let kind = "pepnet"

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.pepnet
        var main = try inputs.group("all", in: &network)
        if context.hasGroup("domain") {
            let domain = try inputs.group("domain", in: &network)
            let hidden = config.hasEpnetHiddenUnit ? Int(config.epnetHiddenUnit) : try network.width(main)
            main = try network.embeddingPersonalization(
                main, domain: domain, "epnet", hidden: hidden, gamma: config.epnetGamma)
        }
        var tasks = config.taskTowers.map { _ in main }
        if context.hasGroup("uia") {
            let person = try inputs.group("uia", in: &network)
            tasks = try network.parameterPersonalization(
                main, person: person, "ppnet", tasks: tasks.count, units: config.ppnetHiddenUnits.map { Int($0) },
                activation: try ActivationSpec.parse(config.ppnetActivation), gamma: config.ppnetGamma)
        }
        guard config.hasDomainInputName else { return try network.taskTowers(tasks, config.taskTowers) }
        let domains = Int(config.taskDomainNum)
        guard domains > 0, !tasks.isEmpty else {
            throw SlipwayError(.invalidConfig, "task_domain_num is 0, or there are no task_towers")
        }
        for (index, tower) in config.taskTowers.enumerated() {
            for domain in 0..<domains {
                let score = try network.taskTower(tasks[index], index * domains + domain, tower)
                try network.rankOutputs(
                    score, losses: tower.losses, numClass: Int(tower.numClass),
                    suffix: "_\(tower.towerName)_\(domain)")
            }
        }
    }
}
