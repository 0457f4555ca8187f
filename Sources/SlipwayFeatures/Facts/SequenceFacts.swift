/// How a sequence feature's cells are laid out.
public struct SequenceFacts: Sendable, Hashable {
    /// The sequence group's name; nil for a standalone `sequence_*` feature.
    public let groupName: String?
    /// Text between two steps of a string cell.
    public let delimiter: String
    /// Most steps feature generation keeps; 0 when the config gives none. Already encoded columns are never cut.
    public let length: Int
    /// The group's primary key input, `side:name`; nil for a standalone feature.
    public let primaryKey: String?

    public init(groupName: String? = nil, delimiter: String, length: Int, primaryKey: String? = nil) {
        self.groupName = groupName
        self.delimiter = delimiter
        self.length = length
        self.primaryKey = primaryKey
    }
}
