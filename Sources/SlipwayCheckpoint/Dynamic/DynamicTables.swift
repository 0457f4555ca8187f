import Foundation
import SlipwayCore

/// The tables of a checkpoint's `dynamicemb` folder, whose rows training gave to ids as they came.
///
/// Each is listed under the name that a table of fixed size has, `….<table>.weight`: its rows as stored, rank after rank,
/// and behind them one of zeros for ids that have none. Beside it stand `….<table>.dynamic_keys`, the ids of the rows, and
/// `….<table>.dynamic_rows`, their numbers, in the form that `remap_ids` reads.
public struct DynamicTables: Sendable {
    /// The folder's name in a checkpoint.
    public static let folderName = "dynamicemb"
    /// What follows the table's name in the names of its ids and of its row numbers.
    public static let keysLeaf = "dynamic_keys"
    public static let rowsLeaf = "dynamic_rows"

    let files: [String: DynamicTableFiles]

    /// Rows of each table by its name without `.weight`, that of unknown ids included.
    public var rowCounts: [String: Int] { files.mapValues { $0.keyCount + 1 } }

    /// The tables of the checkpoint at `path`; none when it has no such folder.
    ///
    /// A folder there is a module, such as `model.model.embedding_group.emb_impls.__BASE__.ebc`. Throws `corrupt` as
    /// `DynamicTableFiles` and `ioFailure`.
    public init(checkpoint path: String) throws {
        let root = CheckpointPath.join(path, Self.folderName)
        var files: [String: DynamicTableFiles] = [:]
        for module in try Self.names(in: root) {
            let folder = "\(root)/\(module)"
            let tables = Dictionary(
                grouping: try Self.names(in: folder).compactMap(DynamicFileName.init(keys:)), by: \.table)
            for (table, shards) in tables.sorted(by: { $0.key < $1.key }) {
                let name = "\(Self.parameterPath(module)).\(table)"
                guard files[name] == nil else {
                    throw SlipwayError(
                        .corrupt, "table \(table) stands in \(folder) and in \(files[name]?.folder ?? root)",
                        fix: "remove one of the folders")
                }
                files[name] = try DynamicTableFiles(name: table, folder: folder, files: shards)
            }
        }
        self.files = files
    }

    /// Where a module of this folder name holds its tables. The wrapper that training puts around a model adds a `model.`
    /// to the name.
    private static func parameterPath(_ folder: String) -> String {
        let module = folder.hasPrefix("model.model.") ? String(folder.dropFirst("model.".count)) : folder
        let isSequence = module.split(separator: ".").contains { $0 == "ec_dict" || $0 == "mc_ec_dict" }
        return "\(module).\(isSequence ? "embeddings" : "embedding_bags")"
    }

    /// Names in a folder, in order; none when it is not there or is no folder.
    private static func names(in folder: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            return []
        }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw SlipwayError(.ioFailure, "cannot list \(folder)", fix: "check its permissions")
        }
    }

    /// `base` with these tables in place of what it holds under their names.
    ///
    /// `widths` are the widths that the config gives tables, by name without `.weight`: they are those of tables without
    /// rows. Throws `corrupt` for a table that has two rows for one id.
    public func source(over base: any TensorSource, widths: [String: Int]) throws -> any TensorSource {
        guard !files.isEmpty else { return base }
        for (name, table) in files.sorted(by: { $0.key < $1.key }) where widths[name] != nil { try table.checkKeys() }
        return DynamicTableSource(base: base, files: files, widths: widths)
    }
}
