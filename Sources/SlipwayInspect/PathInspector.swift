import Foundation
import SlipwayArtifact
import SlipwayCheckpoint
import SlipwayCore
import SlipwayGraph

/// Finds out what a path is.
enum PathInspector {
    private static let known =
        "a package, an export, a model.ckpt-N folder, a model_dir, a graph (gm.code, graph.json) or a safetensors file"

    static func inspect(_ path: String, showsGraph: Bool) throws -> (Inspection.Kind, any InspectedSubject) {
        var isDirectory: ObjCBool = false
        guard !path.isEmpty, FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw SlipwayError(.notFound, "\(path) does not exist", fix: "name \(known)")
        }
        return isDirectory.boolValue
            ? try directory(path, showsGraph: showsGraph) : try file(path, showsGraph: showsGraph)
    }

    private static func directory(
        _ path: String, showsGraph: Bool
    ) throws -> (Inspection.Kind, any InspectedSubject) {
        func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: join(path, name)) }
        if has(PackageFiles.manifest) { return (.package, try PackageInspection(path: path, showsGraph: showsGraph)) }
        if has(".metadata") || has("model/.metadata") || CheckpointListing.step(of: path) != nil {
            return (.checkpoint, try CheckpointInspection(path: path))
        }
        let names = try names(in: path)
        if names.contains(where: { CheckpointListing.step(of: $0) != nil }) {
            return (.modelDirectory, try ModelDirectoryInspection(path: path))
        }
        let parts = names.filter { has("\($0)/\(PackageFiles.manifest)") }
        if !parts.isEmpty {
            return (.export, try ExportInspection(path: path, parts: parts, showsGraph: showsGraph))
        }
        if has(PackageFiles.pipelineConfig), has(PackageFiles.accelerationFlags) {
            throw SlipwayError(
                .unsupported, "\(path) has no \(PackageFiles.manifest): it is no package that slipway has written",
                fix: "export the model with slipway export; exports of TorchEasyRec cannot be inspected")
        }
        throw SlipwayError(.unsupported, "\(path) holds nothing that can be inspected", fix: "name \(known)")
    }

    private static func file(_ path: String, showsGraph: Bool) throws -> (Inspection.Kind, any InspectedSubject) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let parent = path.contains("/") ? String(path.dropLast(name.count + 1)) : "."
        if name == PackageFiles.manifest || name == ".metadata" {
            return try directory(parent.isEmpty ? "/" : parent, showsGraph: showsGraph)
        }
        return try MappedFile.withBytes(of: path) { try content($0, path: path, name: name, showsGraph: showsGraph) }
    }

    /// What a file is by its first bytes.
    private static func content(
        _ bytes: UnsafeRawBufferPointer, path: String, name: String, showsGraph: Bool
    ) throws -> (Inspection.Kind, any InspectedSubject) {
        let start = bytes.prefix(64)
        let text = String(decoding: start, as: UTF8.self)
        if text.hasPrefix("slipway graph") {
            let graph = try withContext("in \(path)") {
                try GraphParser.parse(String(decoding: bytes, as: UTF8.self))
            }
            return (.graph, GraphInspection(graph, showsGraph: showsGraph))
        }
        if name.hasSuffix(".safetensors") || (start.count > 8 && start[start.startIndex + 8] == UInt8(ascii: "{")) {
            return (.safetensors, try SafeTensorsInspection(path: path))
        }
        if text.drop(while: \.isWhitespace).hasPrefix("{") {
            let graph = try withContext("in \(path)") { try GraphDocument.decode(Array(bytes)) }
            return (.graph, GraphInspection(graph, showsGraph: showsGraph))
        }
        throw SlipwayError(
            .unsupported,
            name == PackageFiles.graphText
                ? "\(path) is not a graph that slipway has written" : "\(path) is nothing that can be inspected",
            fix: "name \(known)")
    }

    /// The entries of a folder in name order. Throws `ioFailure` naming it.
    static func names(in directory: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        } catch {
            throw SlipwayError(.ioFailure, "cannot list \(directory)", fix: "check that you may read it", cause: error)
        }
    }

    static func join(_ directory: String, _ name: String) -> String {
        directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    }
}
