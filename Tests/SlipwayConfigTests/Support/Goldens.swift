import Foundation
import SlipwayTestSupport

/// Configs written by upstream: a few beside the tests, all of them in the shared folder where that is present.
enum Goldens {
    static let shared = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../../shared/goldens").standardizedFileURL

    static var isPresent: Bool { FileManager.default.fileExists(atPath: shared.path) }

    static var cases: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: shared.path)) ?? []
        return names.sorted().filter {
            FileManager.default.fileExists(atPath: shared.appendingPathComponent("\($0)/pipeline.config").path)
        }
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: shared.appendingPathComponent(path), encoding: .utf8)
    }

    /// Paths below a case's folder of every file of this name in its exports.
    static func exported(_ name: String, in caseName: String) -> [String] {
        let folder = shared.appendingPathComponent(caseName)
        let all = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return all.filter { $0.hasPrefix("export_") && $0.hasSuffix("/" + name) }.sorted()
    }

    static func fixture(_ path: String) throws -> String {
        guard let root = Bundle.module.url(forResource: "Fixtures", withExtension: nil) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    static let fixtureCases = ["multi_tower", "dssm", "hstu_match", "tdm", "dlrm_hstu", "seq_multival"]
}
