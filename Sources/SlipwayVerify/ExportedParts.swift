import Foundation
import SlipwayArtifact
import SlipwayConfig
import SlipwayCore
import SlipwayExport
import SlipwayFeatures
import SlipwayGraph
import SlipwayModels

/// The packages of one export, and how it was asked for, as far as the packages tell.
struct ExportedParts {
    /// The packages to verify.
    let packages: [Package]
    /// The same and, where a part was named on its own, its siblings: the whole model's features are spread over them.
    private let family: [Package]

    /// Opens the package at `path`, or those in it, and checks the hashes of their files.
    init(path: String) throws {
        let files = FileManager.default
        func folders(in directory: String) -> [String] {
            ((try? files.contentsOfDirectory(atPath: directory)) ?? []).sorted().map { "\(directory)/\($0)" }
                .filter { files.fileExists(atPath: "\($0)/\(PackageFiles.manifest)") }
        }
        let directory = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let inside = files.fileExists(atPath: "\(directory)/\(PackageFiles.manifest)") ? [] : folders(in: directory)
        let packages = try (inside.isEmpty ? [directory] : inside).map { try Package.open(path: $0, verify: .hashes) }
        self.packages = packages
        guard inside.isEmpty, let only = packages.first, !only.manifest.part.isEmpty else {
            family = packages
            return
        }
        let parent = URL(fileURLWithPath: directory).standardizedFileURL.deletingLastPathComponent().path
        let siblings = folders(in: parent).compactMap { try? Package.open(path: $0) }.filter {
            $0.manifest.part != only.manifest.part && $0.manifest.provenance == only.manifest.provenance
        }
        family = packages + siblings
    }

    var kind: String { packages.first?.manifest.modelKind ?? "" }

    /// The config of the whole model: each part's holds the features of that part.
    func config() throws -> TzrecEasyRecConfig {
        let configs = try family.map { package in
            try withContext("in package \(package.path)") {
                try PipelineConfig.load(path: try package.file(PackageFiles.pipelineConfig)).config
            }
        }.sorted { $0.featureConfigs.count > $1.featureConfigs.count }
        guard var whole = configs.first else { throw SlipwayError(.internalFault, "there is no package") }
        func names(_ feature: TzrecFeatureConfig) throws -> [String] {
            try FeatureSet.make([feature], options: FeatureSet.make(whole).options).features.map(\.name)
        }
        var known = Set(try whole.featureConfigs.flatMap(names))
        for feature in configs.dropFirst().flatMap(\.featureConfigs) {
            let own = try names(feature)
            if known.isDisjoint(with: own) {
                whole.featureConfigs.append(feature)
                known.formUnion(own)
            }
        }
        return whole
    }

    /// The export that made these packages, but for where it wrote them.
    func request(checkpointPath: String, configPath: String?) throws -> ExportRequest {
        guard let manifest = packages.first?.manifest else {
            throw SlipwayError(.internalFault, "there is no package")
        }
        // Flags of the environment are in capitals; what else stands there was given as --additional_export_config.
        let additional = manifest.acceleration.filter { $0.key != $0.key.uppercased() }
        let json = try JSONEncoder().encode(additional)
        let usesWeights = packages.contains { $0.graph.inputs.contains { $0.name.hasSuffix(".weights") } }
        return ExportRequest(
            pipelineConfigPath: configPath ?? "", checkpointPath: checkpointPath, exportDirectory: "",
            additionalExportConfig: additional.isEmpty ? nil : String(decoding: json, as: UTF8.self),
            environment: manifest.acceleration.filter { additional[$0.key] == nil },
            weightedFeatures: usesWeights ? .asTrained : .asExported, allowUnusedParameters: true,
            slipwayVersion: manifest.slipwayVersion, createdAt: "")
    }
}
