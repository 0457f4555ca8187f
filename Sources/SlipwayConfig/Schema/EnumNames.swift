extension TzrecFgMode {
    /// The name as written in a config, for messages.
    package var configName: String { SchemaTable.shared.enumeration("FgMode").name(of: Int32(rawValue)) ?? "\(self)" }
}

extension TzrecDatasetType {
    /// The name as written in a config, for messages.
    package var configName: String {
        SchemaTable.shared.enumeration("DatasetType").name(of: Int32(rawValue)) ?? "\(self)"
    }
}
