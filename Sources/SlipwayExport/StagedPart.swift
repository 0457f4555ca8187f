package import SlipwayArtifact
package import SlipwayCheckpoint
package import SlipwayConfig
package import SlipwayModels

/// One part of an export, written but not yet in place: what additions to its package are made from.
package struct StagedPart {
    package let config: TzrecEasyRecConfig
    /// The model's name in the config.
    package let kind: String
    package let checkpoint: ChosenCheckpoint
    package let source: any TensorSource
    /// The part as its model's file built it.
    package let part: ModelPart
    package let packaged: PackagedGraph
    /// The package without the additions.
    package let package: Package
}

/// Makes the files that a package gets beside its own. What it throws ends the export.
package typealias PackageAdditions = (StagedPart) throws -> [(path: String, bytes: [UInt8])]
