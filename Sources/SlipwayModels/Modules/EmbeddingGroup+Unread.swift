import SlipwayConfig
import SlipwayGraph

extension EmbeddingGroup {
    /// Names of the weights and tables of `groups` that no step of `network` reads: upstream builds whole groups.
    ///
    /// A group that cannot be built is no concern here: what reads it has refused it, or nothing does.
    func unreadParameters(beside network: Network, in groups: [String]) -> Set<String> {
        var inputs = self, spare = network
        for group in context.groups where groups.contains(group.groupName) {
            switch group.groupType {
            case .sequence, .jaggedSequence:
                _ = try? inputs.query(group.groupName, in: &spare)
                _ = try? inputs.sequence(group.groupName, in: &spare)
            default:
                _ = try? inputs.group(group.groupName, in: &spare)
                for inner in group.sequenceGroups {
                    let name = inner.hasGroupName ? inner.groupName : group.groupName
                    _ = try? inputs.query(name, in: &spare)
                    _ = try? inputs.sequence(name, in: &spare)
                }
            }
        }
        return spare.builder.parameterNames.subtracting(network.builder.parameterNames)
    }
}
