import SlipwayCore

/// One change of a config: where, and to what.
///
/// A path is field names joined by dots. A repeated field takes an index (`towers[0]`, from the end when negative), a
/// range (`towers[1:3]`), all (`towers[:]`) or a condition on a field inside (`feature_configs[id_feature.feature_name
/// =user_id]`, with `=`, `<`, `>`, `<=`, `>=`). Without brackets it means the whole list. A block is given as protobuf
/// text, a list as `[1, 2]`.
public struct ConfigEdit: Sendable, Hashable {
    public var path: String
    public var value: String

    public init(path: String, value: String) {
        self.path = path
        self.value = value
    }

    /// Reads `--edit_config_json`: an object of path to value, in its order. Several paths joined by `;` take as many
    /// values joined by `;`; a single path takes the whole value.
    ///
    /// Throws: `invalidArgument` naming what is not understood.
    public static func parse(json: String) throws -> [ConfigEdit] {
        try FlatJSON.object(json, called: "edit_config_json").flatMap { key, value -> [ConfigEdit] in
            let text = try spelled(value, of: key)
            let paths = key.split(separator: ";", omittingEmptySubsequences: false).map { String($0).trimmed }
            guard paths.count > 1 else { return [ConfigEdit(path: paths[0], value: text.trimmed)] }
            let values = text.split(separator: ";", omittingEmptySubsequences: false).map { String($0).trimmed }
            guard values.count == paths.count else {
                throw SlipwayError(
                    .invalidArgument, "edit_config_json: `\(key)` has \(paths.count) paths but \(values.count) values",
                    fix: "give one value a path, joined by `;`")
            }
            return zip(paths, values).map(ConfigEdit.init)
        }
    }

    private static func spelled(_ value: FlatJSON.Value, of key: String) throws -> String {
        switch value {
        case .text(let text), .number(let text), .list(let text): return text
        case .flag(let flag): return flag ? "true" : "false"
        case .null:
            throw SlipwayError(
                .invalidArgument, "edit_config_json: `\(key)` is null", fix: "give it a value, or leave it out")
        }
    }
}
