import Foundation
import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayInspect

struct StageInspectionTests {
    private static let graph = """
        slipway graph 1
        name "g"
        input "u.values" %u : user f32[U, 2]
        input "batch_size" %n : user i32[U]
        param "w" %w : f32[3, 2]
          %t = tile(rows = %u, count = %n) : f32[B, 2]
          %y = linear(input = %t, weight = %w) : f32[B, 3]
        output "y" %y

        """

    private func file() throws -> (folder: TemporaryFolder, path: String) {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/gm.code"
        try Data(Self.graph.utf8).write(to: URL(fileURLWithPath: path))
        return (folder, path)
    }

    @Test func aStageHasItsEditsAndItsGraph() throws {
        let (folder, path) = try file()
        try withExtendedLifetime(folder) {
            let text = try StageInspection.text(path: path, stage: "sink-tile")
            #expect(text.hasPrefix("# sink-tile: repeat user rows for candidates as late as possible\n"))
            #expect(text.contains("# once a request: linear\n"))
            #expect(text.contains("linear(input = %u.values, weight = %p0) : user f32[U, 3]"))
            let source = try StageInspection.text(path: path, stage: "source")
            #expect(source.contains("linear(input = %t, weight = %w) : f32[B, 3]"))
        }
    }

    @Test func stagesAreListed() throws {
        let (folder, path) = try file()
        try withExtendedLifetime(folder) {
            let lines = try StageInspection.list(path: path).split(separator: "\n")
            #expect(lines.contains { $0.contains("sink-tile") && $0.contains("1") })
            #expect(lines.contains { $0.contains("eliminate-dead-code") })
        }
    }

    @Test func unknownStagesAreRefused() throws {
        let (folder, path) = try file()
        withExtendedLifetime(folder) {
            let error = #expect(throws: SlipwayError.self) { try StageInspection.text(path: path, stage: "fuse") }
            #expect(error?.code == .notFound)
            #expect(error?.message == "there is no stage fuse")
            #expect(error?.fix?.contains("source, eliminate-common-subexpressions, sink-tile") == true)
        }
    }
}
