import Foundation
import SlipwayCheckpoint
import SlipwayCore

/// A checkpoint: `model.ckpt-N` with `model/` in it, or one folder in PyTorch's distributed-checkpoint format.
struct CheckpointInspection: InspectedSubject {
    private let step: Int?
    private let parts: [CheckpointListing.Part]
    /// The folder whose tensors are listed, relative to the path; empty for the path itself.
    private let folder: String
    private let files: [(name: String, bytes: Int)]
    private let inventory: TensorInventory

    init(path: String) throws {
        let isBare = FileManager.default.fileExists(atPath: PathInspector.join(path, ".metadata"))
        folder = isBare ? "" : "model"
        let directory = isBare ? path : PathInspector.join(path, "model")
        if !isBare, !FileManager.default.fileExists(atPath: directory) {
            throw SlipwayError(
                .notFound, "model_ckpt_path[\(directory)] not exists.",
                fix: "give a model.ckpt-N folder whose save was finished")
        }
        let checkpoint = try DistributedCheckpoint(directory: directory)
        inventory = TensorInventory(
            checkpoint.tensors, pieces: try DistributedCheckpoint.pieces(directory: directory))
        step = CheckpointListing.step(of: path)
        parts = CheckpointListing.parts(of: path)
        files = CheckpointListing.files(in: directory)
    }

    func sections() -> [String] {
        var pairs: [(name: String, value: String)] = [("step", step.map(String.init) ?? "unknown")]
        if !parts.isEmpty {
            pairs.append(
                ("folders", parts.map { "\($0.name) \(Quantity.bytes($0.bytes))" }.joined(separator: ", ")))
        }
        let stored = files.map { "\($0.name) \(Quantity.bytes($0.bytes))" }.joined(separator: ", ")
        pairs.append((folder.isEmpty ? "files" : "\(folder)/", stored))
        return [TextTable(pairs: pairs + inventory.pairs).text()] + inventory.sections()
    }

    func facts() -> [String: Fact] {
        inventory.facts().merging([
            "step": Fact(step), "folder": .string(folder), "folders": .array(parts.map(\.facts)),
            "files": .array(files.map { .object(["name": .string($0.name), "bytes": .int($0.bytes)]) }),
        ]) { $1 }
    }
}
