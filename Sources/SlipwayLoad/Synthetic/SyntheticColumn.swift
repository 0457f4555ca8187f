import SlipwayArtifact
import SlipwayCore
import SlipwayFeatureEngine
import SlipwayOnline

/// A column that made-up requests carry.
struct SyntheticColumn: Sendable {
    let name: String
    let side: FeatureColumn.Side
    let draw: ColumnDraw
    /// Columns of one group have as many steps as each other.
    let group: String?
    /// Steps that its feature keeps; 0 without a limit.
    let mostSteps: Int

    /// What the features of a package's fg.json read.
    static func all(_ model: ScoringModel) throws -> [SyntheticColumn] {
        let package = model.package
        let document = try FGDocument(json: try MappedFile.contents(of: try package.file(PackageFiles.featureConfig)))
        return try model.columns.map { column in
            let (entry, key) =
                model.featureMode == .bypass
                ? (document.entries.first { $0.name == column.name }, nil)
                : reader(of: column.name, in: document.entries)
            guard let entry else {
                throw SlipwayError(
                    .unsupported, "fg.json does not tell what column \(column.name) holds",
                    fix: "send recorded requests with --requests")
            }
            let isSequence = key == nil ? entry.isSequence : holdsSteps(column.name, entry)
            let ownLength = try entry.integer("sequence_length", in: 0...1 << 30) ?? 0
            return SyntheticColumn(
                name: column.name, side: column.side,
                draw: try ColumnDraw(entry, key: key, isSequence: isSequence, assetDirectory: package.path),
                group: isSequence ? entry.group?.name ?? entry.name : nil,
                mostSteps: entry.group?.length ?? Int(ownLength))
        }
    }

    /// Keys of fg.json that name inputs.
    private static let inputKeys = [
        "expression", "variables", "map", "key", "user", "category", "item", "query", "document", "title",
    ]

    /// The first feature that reads a column, and under which key.
    private static func reader(of column: String, in entries: [FGEntry]) -> (FGEntry?, String?) {
        for entry in entries {
            for key in inputKeys {
                let inputs = (try? entry.texts(key)) ?? nil
                for input in inputs ?? [] {
                    guard let colon = input.firstIndex(of: ":") else { continue }
                    let name = String(input[input.index(after: colon)...])
                    let grouped = entry.group.map { "\($0.name)__\(name)" }
                    if column == name || column == grouped { return (entry, key) }
                }
            }
        }
        // A column that is named like its feature.
        return (entries.first { $0.name == column }, "expression")
    }

    /// Whether a column of a sequence's feature holds its steps, or one value for all of them.
    private static func holdsSteps(_ column: String, _ entry: FGEntry) -> Bool {
        guard entry.isSequence else { return false }
        guard let group = entry.group else { return true }
        return column.hasPrefix("\(group.name)__")
    }
}
