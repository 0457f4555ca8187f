public import SlipwayConfig
import SlipwayCore
public import SlipwayGraph

extension Network {
    /// The outputs upstream gives for each loss: `logits` and `probs` for classification, `y` for regression.
    ///
    /// - Parameters:
    ///   - score: [B, numClass] before any activation.
    ///   - suffix: appended to every output name, `_<tower>` in multi-task models.
    public mutating func rankOutputs(
        _ score: ValueID, losses: [TzrecLossConfig], numClass: Int, suffix: String = ""
    ) throws {
        guard !losses.isEmpty else {
            throw SlipwayError(
                .invalidConfig, "no losses are set\(suffix.isEmpty ? "" : " for \(suffix.dropFirst())")",
                fix: "add losses, for example binary_cross_entropy {}")
        }
        var done: Set<String> = []
        func emit(_ name: String, _ make: (inout Network) throws -> ValueID, in network: inout Network) throws {
            guard done.insert(name).inserted else { return }
            let value = try make(&network)
            try network.builder.output(name + suffix, value)
        }
        for loss in losses {
            switch loss.loss {
            case .binaryCrossEntropy, .binaryFocalLoss:
                try require(
                    numClass == 1, "num_class must be 1 for binary_cross_entropy and binary_focal_loss", numClass)
                let logits = try reshape(score, tail: [])
                try emit("logits", { _ in logits }, in: &self)
                try emit("probs", { try $0.unary(.sigmoid, logits) }, in: &self)
            case .softmaxCrossEntropy, .jrcLoss:
                if case .jrcLoss = loss.loss {
                    try require(numClass == 2, "num_class must be 2 for jrc_loss", numClass)
                } else {
                    try require(numClass > 1, "num_class must be greater than 1 for softmax_cross_entropy", numClass)
                }
                let probs = try softmax(score)
                try emit("logits", { _ in score }, in: &self)
                try emit("probs", { _ in probs }, in: &self)
                if numClass == 2 {
                    try emit("probs1", { try $0.reshape(try $0.slice(probs, axis: 1, 1..<2), tail: []) }, in: &self)
                }
            case .l2Loss:
                try require(numClass == 1, "num_class must be 1 for l2_loss", numClass)
                try emit("y", { try $0.reshape(score, tail: []) }, in: &self)
            case nil:
                throw SlipwayError(.invalidConfig, "a loss of a ranking model is not set to a ranking loss")
            }
        }
    }

    private func require(_ holds: Bool, _ rule: String, _ found: Int) throws {
        guard holds else {
            throw SlipwayError(.invalidConfig, "\(rule); it is \(found)", fix: "change num_class or the loss")
        }
    }
}
