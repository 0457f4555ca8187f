import Foundation
package import SlipwayCheckpoint
package import SlipwayConfig
import SlipwayCore
package import SlipwayFeatures
package import SlipwayModels

/// A model as config and checkpoint give it: graphs and the tensors they read, everything checked that can be checked without
/// reading tensors.
package struct ModelPlan {
    package let config: TzrecEasyRecConfig
    /// The config's file as it was read.
    package let configText: [UInt8]
    /// The model's name in the config.
    package let kind: String
    package let flags: AccelerationFlags
    /// Entries that `model_acc.json` gets beside the flags.
    let additional: [ModelAccEntry]
    package let checkpoint: ChosenCheckpoint
    package let features: FeatureSet
    package let parts: [ModelPart]
    package let source: any TensorSource

    /// Reads and checks what `request` names; `report` is called on the same thread.
    ///
    /// - Parameter config: taken in place of the file at the request's path.
    /// - Throws: `mismatch` listing parameters when checkpoint and config do not belong together, and what the readers throw.
    package static func make(
        _ request: ExportRequest, config: TzrecEasyRecConfig? = nil,
        report: @escaping (ExportEvent) -> Void = { _ in }
    ) throws -> ModelPlan {
        try ModelPlanner(request: request, givenConfig: config, report: report).plan()
    }
}

/// The checkpoint an export reads.
package struct ChosenCheckpoint: Sendable {
    package let path: String
    package let step: Int?
}
