import SlipwayCore
import SlipwayGraph
import SlipwayProtocol
import SlipwayRuntime

/// Gives each request its rows of a run's outputs.
struct OutputCutter {
    private let model: ScoringModel
    private let outputs: PredictorOutputs

    init(_ model: ScoringModel, _ outputs: PredictorOutputs) {
        self.model = model
        self.outputs = outputs
    }

    /// - Parameters:
    ///   - firstRow: the request's first row of the run.
    ///   - userRow: its first row of outputs that have one a user.
    ///   - isWhole: whether the run was this request alone.
    func cut(_ request: ScoredRequest, firstRow: Int, userRow: Int, isWhole: Bool) throws {
        for (name, type) in model.cutTypes {
            guard let output = outputs[name] else {
                throw SlipwayError(.internalFault, "output \(name) was not computed")
            }
            let isUser = type.dimensions.first == .user
            let start = isWhole ? 0 : isUser ? userRow : firstRow
            let rows = isWhole ? output.shape.first ?? 1 : isUser ? request.userCount : request.rowCount
            let width = output.width
            let range = start * width..<(start + rows) * width
            var tensor = ResponseTensor(
                name: name, shape: [rows] + output.shape.dropFirst(),
                elements: output.isInteger ? .ints(Array(output.ints[range])) : .floats(Array(output.floats[range])))
            if !isUser, rows == request.rowCount { fillUnknown(&tensor, request.unknownRows, width) }
            request.outputs.append(tensor)
        }
        request.mappedIDs = outputs.mappedIDs
    }

    private func fillUnknown(_ tensor: inout ResponseTensor, _ rows: [Int], _ width: Int) {
        guard !rows.isEmpty else { return }
        let score = model.options.itemEmptyScore
        switch tensor.elements {
        case .floats(var values):
            for row in rows { for column in 0..<width { values[row * width + column] = score } }
            tensor.elements = .floats(values)
        case .ints(var values):
            let whole = Int64(exactly: score.rounded()) ?? 0
            for row in rows { for column in 0..<width { values[row * width + column] = whole } }
            tensor.elements = .ints(values)
        case .texts: break
        }
    }
}
