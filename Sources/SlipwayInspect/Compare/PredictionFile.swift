import Foundation
import SlipwayCore
import SlipwayData

/// One side of a comparison: its rows in batches.
struct PredictionFile {
    let path: String
    let reader: RowReader
    /// Whether null and NaN look the same in it.
    let isCSV: Bool

    init(path: String, batchSize: Int) throws {
        let format = try Self.format(of: path)
        self.path = path
        reader = try RowReader(paths: path, format: format, batchSize: batchSize)
        isCSV = format.fileExtension == "csv"
    }

    /// The ending of a file or glob, or of the files in a folder.
    private static func format(of path: String) throws -> RowFormat {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
            if let format = RowFormat.detected(from: path) { return format }
            guard FileManager.default.fileExists(atPath: path) || path.contains(where: { "*?[,".contains($0) }) else {
                throw SlipwayError(.notFound, "\(path) does not exist", fix: "name a Parquet or CSV file or a folder of them")
            }
            throw SlipwayError(
                .invalidArgument, "\(path): the ending does not tell whether this is Parquet or CSV",
                fix: "name files that end in .parquet or .csv, or a folder of them")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }
        let hasParquet = names.contains { $0.hasSuffix(".parquet") }, hasCSV = names.contains { $0.hasSuffix(".csv") }
        guard hasParquet != hasCSV else {
            throw SlipwayError(
                hasParquet ? .invalidArgument : .notFound,
                hasParquet ? "\(path) holds both Parquet and CSV files" : "\(path) holds no Parquet or CSV files",
                fix: "name the files, such as \(PathInspector.join(path, "*.parquet"))")
        }
        return hasParquet ? .parquet : .csv(CSVOptions())
    }

    /// Throws `notFound` naming the columns there are.
    func require(column: String) throws {
        guard reader.schema[column] == nil else { return }
        throw SlipwayError(
            .notFound, "\(path) has no key column \(column)",
            fix: "its columns are \(reader.schema.names.prefix(20).joined(separator: ", "))")
    }
}
