/// Where a feature's config stands: at the top, as a `sequence_*` feature, or inside a sequence group.
package struct FeaturePlacement: Sendable, Hashable {
    /// The fields of a `sequence_feature`.
    package struct Group: Sendable, Hashable {
        package var name: String
        package var length: Int
        package var delimiter: String
        package var primaryKey: String
    }

    package var isSequence: Bool
    package var group: Group?
    package var groupSeparator: String

    /// `<sequence>__` inside a group, else empty.
    package var namePrefix: String {
        group.map { $0.name + groupSeparator } ?? ""
    }
}
