public import SlipwayCore

/// Names and types of columns, in order.
public struct RowSchema: Sendable, Hashable {
    public struct Field: Sendable, Hashable {
        public var name: String
        public var type: ColumnType

        public init(_ name: String, _ type: ColumnType) {
            self.name = name
            self.type = type
        }
    }

    public var fields: [Field]

    public init(_ fields: [Field]) {
        self.fields = fields
    }

    /// The schema of a batch.
    public init(of batch: ColumnBatch) {
        self.fields = zip(batch.names, batch.columns).map { Field($0, $1.type) }
    }

    public var names: [String] { fields.map(\.name) }

    public subscript(name: String) -> ColumnType? {
        fields.first { $0.name == name }?.type
    }
}
