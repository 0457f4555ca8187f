import Crypto
import Foundation
import SlipwayCore

/// The files features name, copied into a package under names that carry their content's hash.
///
/// Source: `_copy_assets` in `tzrec/features/feature.py`.
public struct AssetCopies: Sendable {
    struct Key: Hashable {
        let feature: String
        let field: FeatureAsset.Field
    }

    /// The folder the copies lie in.
    public let directory: String
    /// File names in the folder, each once, sorted.
    public var fileNames: [String] { Set(names.values).sorted() }

    private var names: [Key: String] = [:]

    /// Copies every asset of `features` into `directory` as `<stem>_<md5><extension>`; a copy that is there is kept. The
    /// folder is made when there is something to copy.
    ///
    /// - Throws: `not_found` or `io_failure` naming the file and the feature.
    public init(of features: FeatureSet, into directory: String) throws {
        self.directory = directory
        for feature in features.features {
            for asset in feature.type.assets {
                names[Key(feature: feature.name, field: asset.field)] =
                    try withContext("feature \(feature.name)") { try Self.copy(asset.path, into: directory) }
            }
        }
    }

    /// No copies: every asset under the path it has.
    public init(inPlace features: FeatureSet) {
        directory = ""
        for feature in features.features {
            for asset in feature.type.assets { names[Key(feature: feature.name, field: asset.field)] = asset.path }
        }
    }

    func name(_ field: FeatureAsset.Field, of feature: String) -> String? {
        names[Key(feature: feature, field: field)]
    }

    private static func copy(_ path: String, into directory: String) throws -> String {
        let hash = Insecure.MD5.hash(data: try MappedFile.contents(of: path)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        let name = split(path).stem + "_" + hash.joined() + split(path).suffix
        let target = AssetPath.join(directory, name)
        guard !FileManager.default.fileExists(atPath: target) else { return name }
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: path, toPath: target)
        } catch {
            throw SlipwayError(.ioFailure, "cannot copy \(path) to \(target)", cause: error)
        }
        return name
    }

    /// A file's name before and from its last dot; leading dots belong to the stem.
    static func split(_ path: String) -> (stem: String, suffix: String) {
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? path
        guard let dot = name.lastIndex(of: "."), name[..<dot].contains(where: { $0 != "." }) else { return (name, "") }
        return (String(name[..<dot]), String(name[dot...]))
    }
}
