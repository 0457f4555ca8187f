import Foundation
import SlipwayCore
import SlipwayData
import SlipwayTestSupport
import Testing

@Suite struct InputFilesTests {
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in ["b.csv", "a.csv", "a10.csv", ".hidden.csv", "c.parquet"] { _ = try folder.write("1234", to: name) }
        return folder
    }

    @Test func globsListsAndDirectories() throws {
        let folder = try folder()
        let base = folder.path
        let csv = RowFormat.csv(CSVOptions())
        let all = [base + "/a.csv", base + "/a10.csv", base + "/b.csv"]
        #expect(try InputFiles(matching: base + "/*.csv", format: csv).paths == all)
        #expect(try InputFiles(matching: base, format: csv).paths == all)
        #expect(try InputFiles(matching: base + "/", format: csv).paths == all)
        #expect(try InputFiles(matching: base, format: .parquet).paths == [base + "/c.parquet"])
        let mixed = try InputFiles(matching: "\(base)/b.csv,\(base)/a?0.csv,\(base)/none*", format: csv)
        #expect(mixed.paths == [base + "/b.csv", base + "/a10.csv"])
        #expect(mixed.totalBytes == 8)
        #expect(mixed.sizes == [4, 4])
    }

    @Test func nothingFoundIsNamed() throws {
        let base = try folder().path
        let glob = try failure { try InputFiles(matching: base + "/*.orc", format: .parquet) }
        #expect(glob.code == .notFound)
        #expect(glob.message == "No parquet files exist in \(base)/*.orc.")
        let csv = RowFormat.csv(CSVOptions())
        #expect(
            try failure { try InputFiles(matching: "", format: csv) }.message == "No csv files exist in an empty path.")
    }

    @Test func aMissingPathAmongOthersIsNotPassedOver() throws {
        let folder = try folder()
        let paths = "\(folder.path)/a.csv,\(folder.path)/gone.csv"
        let error = try failure { try InputFiles(matching: paths, format: .csv(CSVOptions())) }
        #expect(error.message == "No csv files exist in \(folder.path)/gone.csv.")
    }
}
