import SlipwayCore
import SlipwayKernels

/// Multi-head attention among the steps of each row.
struct JaggedAttentionStep: Step {
    let blocks: AttentionBlocks

    func run(_ frame: RunFrame) throws {
        try blocks.run(frame) { block in
            let scores = try block.scores(of: block.row, scale: 1 / Float(block.width).squareRoot())
            try InstructionSet.current.softmax(MatrixView(scores), into: scores)
            try block.sum(scores, over: block.row)
        }
    }
}
