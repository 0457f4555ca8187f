import SlipwayCore

/// One entry of `model_acc.json`.
public struct ModelAccEntry: Sendable, Hashable {
    public enum Value: Sendable, Hashable {
        case text(String)
        case flag(Bool)
        /// A number as it is spelled.
        case number(String)

        public var json: String {
            switch self {
            case .text(let value): return JSONText.quoted(value)
            case .flag(let value): return value ? "true" : "false"
            case .number(let value): return value
            }
        }
    }

    public let key: String
    public let value: Value

    public init(_ key: String, _ value: Value) {
        self.key = key
        self.value = value
    }

    /// Reads `--additional_export_config`, or a whole `model_acc.json`: an object of texts, numbers and booleans, in
    /// its order. `name` is what errors call it.
    ///
    /// Throws: `invalidArgument` naming what is not understood.
    public static func parse(json: String, called name: String = "additional_export_config") throws -> [ModelAccEntry] {
        try FlatJSON.object(json, called: name).map { key, value in
            switch value {
            case .text(let text): return ModelAccEntry(key, .text(text))
            case .number(let text): return ModelAccEntry(key, .number(text))
            case .flag(let flag): return ModelAccEntry(key, .flag(flag))
            case .list, .null:
                throw SlipwayError(
                    .invalidArgument, "\(name) entry `\(key)` must be a text, a number or a boolean",
                    fix: "write anything else as a text, or leave it out")
            }
        }
    }
}
