import SlipwayArtifact
import SlipwayCore
import SlipwayGraph
import SlipwayInspect

/// What a package weighs, table by table and file by file.
struct SizeFacts: Sendable {
    struct Table: Sendable {
        let name: String
        let fullName: String
        let rows: Int
        let width: Int
        let dtype: String
        /// As float32, as a checkpoint has it.
        let before: Int
        let after: Int
    }

    /// Largest first.
    let tables: [Table]
    /// Path and bytes, largest first; without the report and the manifest.
    let files: [(path: String, bytes: Int)]
    let denseCount: Int

    init(_ package: Package) {
        tables = package.manifest.tables.map { table in
            Table(
                name: TableName(table.name).short, fullName: table.name, rows: table.rows, width: table.width,
                dtype: table.dtype, before: table.rows * table.width * 4, after: table.bytes)
        }.sorted { ($1.after, $0.fullName) < ($0.after, $1.fullName) }
        files = package.manifest.files.map { ($0.path, $0.bytes) }.sorted { ($1.bytes, $0.path) < ($0.bytes, $1.path) }
        denseCount = package.graph.denseParameters.reduce(0) {
            $0 + package.graph.type($1.value).dimensions.compactMap(\.size).reduce(1, *)
        }
    }

    var before: Int { tables.reduce(0) { $0 + $1.before } }
    var after: Int { tables.reduce(0) { $0 + $1.after } }
    var packageBytes: Int { files.reduce(0) { $0 + $1.bytes } }

    /// Bytes by stored type, largest first.
    var byDType: [(dtype: String, tables: Int, before: Int, after: Int)] {
        Dictionary(grouping: tables, by: \.dtype).map { dtype, tables in
            (dtype, tables.count, tables.reduce(0) { $0 + $1.before }, tables.reduce(0) { $0 + $1.after })
        }.sorted { ($1.after, $0.dtype) < ($0.after, $1.dtype) }
    }

    var facts: Fact {
        .object([
            "package_bytes": .int(packageBytes), "table_bytes_float32": .int(before), "table_bytes": .int(after),
            "dense_weights": .int(denseCount),
            "files": .array(files.map { .object(["path": .string($0.path), "bytes": .int($0.bytes)]) }),
            "by_dtype": .array(
                byDType.map {
                    .object([
                        "dtype": .string($0.dtype), "tables": .int($0.tables), "bytes_float32": .int($0.before),
                        "bytes": .int($0.after),
                    ])
                }),
            "tables": .array(
                tables.map {
                    .object([
                        "name": .string($0.name), "full_name": .string($0.fullName), "rows": .int($0.rows),
                        "width": .int($0.width), "dtype": .string($0.dtype), "bytes_float32": .int($0.before),
                        "bytes": .int($0.after),
                        "share": .double(packageBytes == 0 ? 0 : Double($0.after) / Double(packageBytes)),
                    ])
                }),
        ])
    }
}
