/// A file a feature's config names.
package struct FeatureAsset: Sendable, Hashable {
    /// Which field of the config names it.
    package enum Field: Sendable, Hashable {
        case vocabFile
        case stopCharFile
        case operatorLibFile
    }

    package let field: Field
    /// The path as the config gives it, below `asset_dir` when that is set.
    package let path: String
}

/// Joins a folder and a path as Python's `os.path.join` does: an absolute path stands alone.
enum AssetPath {
    static func join(_ folder: String, _ path: String) -> String {
        if path.hasPrefix("/") || folder.isEmpty { return path }
        return folder.hasSuffix("/") ? folder + path : folder + "/" + path
    }
}
