/// What a verification found.
public struct VerifyReport: Sendable {
    public let package: String
    public let checkpoint: String
    public let modelKind: String
    /// Where the rows came from; nil for generated ones.
    public let data: String?
    public let seed: UInt64
    public let tolerance: Double
    public let parts: [PartVerification]

    /// Whether every stored weight is the checkpoint's and every output lies within the tolerance.
    public var isEqual: Bool {
        parts.allSatisfy { part in
            part.weights.differences.isEmpty && part.outputs.allSatisfy { $0.judged <= tolerance }
        }
    }
}

/// One package of an export.
public struct PartVerification: Sendable {
    /// Empty for a model of one part.
    let name: String
    /// Whether the package's graph is the one that config and checkpoint give.
    let isGraphEqual: Bool
    let weights: WeightCheck.Result
    public let outputs: [OutputDifference]

    var displayName: String { name.isEmpty ? "model" : name }

    func with(outputs: [OutputDifference]) -> PartVerification {
        PartVerification(name: name, isGraphEqual: isGraphEqual, weights: weights, outputs: outputs)
    }
}
