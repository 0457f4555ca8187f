import Foundation
import SlipwayCore

/// A checkpoint as training writes it: `model/`, and beside it perhaps `dense_ema/`, `optimizer/` and others.
public enum CheckpointFolder {
    /// The model's tensors; with `useDenseEMA`, the dense parameters are the moving averages in `dense_ema/`.
    ///
    /// Sequence tables of early checkpoints (`ec_list.<i>`) are listed under today's names (`ec_dict.<width>`). Other
    /// folders are ignored. Throws `notFound` when `path`, `model/` or, if asked for, `dense_ema/` is missing, and what
    /// `DistributedCheckpoint` throws.
    public static func open(path: String, useDenseEMA: Bool) throws -> any TensorSource {
        let files = FileManager.default
        guard files.fileExists(atPath: path) else {
            throw SlipwayError(
                .notFound, "checkpoint_dir[\(path)] not exists.",
                fix: "check checkpoint_path, or model_dir in the pipeline config")
        }
        let modelPath = CheckpointPath.join(path, "model")
        guard files.fileExists(atPath: modelPath) else {
            let isModel = files.fileExists(atPath: CheckpointPath.join(path, ".metadata"))
            throw SlipwayError(
                .notFound, "model_ckpt_path[\(modelPath)] not exists.",
                fix: isModel ? "give the folder above \(path)" : "give a folder named model.ckpt-N that training wrote")
        }
        let model = try source(modelPath)
        guard useDenseEMA else { return model }
        let averagePath = CheckpointPath.join(path, "dense_ema")
        guard files.fileExists(atPath: averagePath) else {
            throw SlipwayError(
                .notFound, "dense_ema_ckpt_path[\(averagePath)] not exists.",
                fix: "train with dense_optimizer.ema, or set use_dense_ema: false in export_config")
        }
        return try withContext("in \(averagePath)") {
            try OverlaidSource(base: model, overlay: try source(averagePath))
        }
    }

    /// Whether the checkpoint at `path` holds moving averages of the dense parameters.
    public static func hasDenseEMA(path: String) -> Bool {
        FileManager.default.fileExists(atPath: CheckpointPath.join(path, "dense_ema"))
    }

    private static func source(_ path: String) throws -> any TensorSource {
        let checkpoint = try DistributedCheckpoint(directory: path)
        let names = RenamedSource.sequenceTableNames(checkpoint.tensors)
        return names.isEmpty ? checkpoint : RenamedSource(checkpoint, newNames: names)
    }
}
