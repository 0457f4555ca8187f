import Foundation
import SlipwayCore
import SlipwayData
import SlipwayRecall
import SlipwayTestSupport
import Testing

@Suite struct IndexBuildTests {
    @Test func csvGivesTheSameIndex() throws {
        let folder = try TemporaryFolder()
        _ = try Fixture.build(.flatIP, file: "items.csv").run(into: folder.path + "/csv", overwrite: false)
        #expect(
            try MappedFile.contents(of: "\(folder.path)/csv/faiss_index") == Fixture.bytes("flat_ip/faiss_index"))
    }

    @Test func refusesToReplaceAnIndexUnlessAsked() throws {
        let folder = try TemporaryFolder()
        let place = "\(folder.path)/user"
        _ = try Fixture.build(.flatIP).run(into: place, overwrite: false)
        let error = try failure { try Fixture.build(.flatL2).run(into: place, overwrite: false) }
        #expect(error.code == .alreadyExists && error.fix?.contains("--overwrite") == true)
        #expect(try RecallIndex(folder: place).index.type == .flatIP)
        _ = try Fixture.build(.flatL2).run(into: place, overwrite: true)
        #expect(try RecallIndex(folder: place).index.type == .flatL2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place).sorted() == ["faiss_index", "id_mapping"])
    }

    @Test func aFailedBuildLeavesWhatWasThere() throws {
        let folder = try TemporaryFolder()
        _ = try Fixture.build(.flatIP).run(into: folder.path, overwrite: false)
        let error = try failure { try Fixture.build(.ivfFlatIP, lists: 61).run(into: folder.path, overwrite: true) }
        #expect(error.message.contains("60 vectors cannot be put into 61 lists"))
        #expect(try RecallIndex(folder: folder.path).index.type == .flatIP)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
    }

    @Test func countsRepeatedIDs() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Array("id,e\na,\"1,0\"\nb,\"[0.5, 1]\"\na,\"0,1\"\n".utf8), to: "items.csv")
        let build = IndexBuild(
            items: RowSource(path: path), idField: "id", embeddingField: "e", layout: .init(.flatIP), threads: 1)
        let summary = try build.run(into: "\(folder.path)/out", overwrite: false)
        #expect(summary.items == 3 && summary.duplicates == 1 && summary.dimensions == 2)
        #expect(try build.build().nearest([0, 2], neighbours: 3, probes: 1).map(\.score) == [2, 2, 0])
    }

    @Test(arguments: [
        ("id,e\n1,\"1,x\"\n", "row 0 of column e holds \"x\""),
        ("id,e\n1,\"1,2\"\n2,\"1,2,3\"\n", "row 1 of column e has 3"),
        ("id,e\n1,\"1,nan\"\n", "row 0 of column e holds nan"), ("id,e\n1,\"1,\"\n", "row 0 of column e holds \"\""),
        ("id,e\n1,2\n", "column e is of type int64"), ("id,e\n1.5,\"1,2\"\n", "column id is of type double"),
        ("id,e\n,\"1,2\"\n1,\"1,2\"\n", "row 0 of column id has no id"), ("id,e\n", "has no rows"),
    ])
    func namesTheBadRow(_ file: String, _ expected: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Array(file.utf8), to: "items.csv")
        let build = IndexBuild(
            items: RowSource(path: path), idField: "id", embeddingField: "e", layout: .init(.flatIP), threads: 1)
        #expect(try failure { try build.build() }.message.contains(expected))
    }

    @Test func readsEveryShapeOfEmbedding() throws {
        var one = EmbeddingColumn("e")
        var values: [Float] = []
        try one.append(.list(width: 2, child: .of([1, 2, 3, 4] as [Double])), firstRow: 0, to: &values)
        try one.append(.string(["[5, 6]"]), firstRow: 2, to: &values)
        try one.append(
            .list(width: 1, child: .list(width: 2, child: .of([7, 8] as [Float]))), firstRow: 3, to: &values)
        #expect(values == [1, 2, 3, 4, 5, 6, 7, 8] && one.width == 2)
        var two = EmbeddingColumn("e", interests: 2)
        values = []
        try two.append(.string(["1,2;3,4"]), firstRow: 0, to: &values)
        try two.append(.list(width: 4, child: .of([5, 6, 7, 8] as [Float])), firstRow: 1, to: &values)
        #expect(values == [1, 2, 3, 4, 5, 6, 7, 8] && two.width == 2)
        let wrong: [(Column, String)] = [
            (.string(["1,2"]), "has 1 vectors, not 2"),
            (.list(width: 3, child: .of([5, 6, 7] as [Float])), "not 2 vectors"),
            (.string([nil]), "has no embedding"),
            (.list(lengths: [nil], child: .of([] as [Float])), "has no embedding"),
            (.list(width: 1, child: .string(["x"])), "holds lists of string"),
        ]
        for (column, text) in wrong {
            #expect(try failure { try two.append(column, firstRow: 0, to: &values) }.message.contains(text))
        }
        let hole = try failure { try one.append(.list(width: 2, child: .float([1, nil])), firstRow: 0, to: &values) }
        #expect(hole.message.contains("holds an absent number"))
    }

    @Test func readerTypesAreUpstreams() throws {
        #expect(try RowSource(path: "x", readerType: "ParquetReader").format() == .parquet)
        #expect(try RowSource(path: "x.csv").format() == .csv(CSVOptions()))
        #expect(try failure { try RowSource(path: "x", readerType: "OdpsReader").format() }.code == .unsupported)
        #expect(try failure { try RowSource(path: "x", readerType: "Orc").format() }.code == .invalidArgument)
    }
}
