import SlipwayArtifact
import SlipwayCore
import SlipwayGraph
import SlipwayKernels

/// What lowering may do.
struct PlanOptions: Sendable {
    /// False runs every node on its own, in its own memory: for tests.
    var fuses = true
    var badIDs = BadIDPolicy.asUpstream
    /// Layers' weights in fewer bits, by parameter; those of this machine's instructions are used.
    var reduced: [String: ReducedWeight] = [:]
    /// True multiplies in fewer bits by their definition where this machine has no instructions for them: slow, and the same
    /// as on machines that have.
    var emulatesReduced = false

    /// How products of `form` are made here: nil where they are not, and float32 is used.
    func variant(_ form: ReducedWeights.Form) -> ReducedWeights.Variant? {
        ReducedWeights.native(form) ?? (emulatesReduced ? .scalar : nil)
    }
}

/// A compiled graph: steps in order, and what they work on.
struct ExecutionPlan: Sendable {
    let graph: Graph
    let layout: PlanLayout
    let steps: [PlannedStep]
    /// Keeps the constants alive.
    let weights: PlanWeights
    /// Names of the ops that run by their reference evaluation.
    let fallbacks: Set<String>

    /// Runs every step; the inputs are bound already.
    func run(_ frame: RunFrame) throws {
        for planned in steps {
            do {
                try planned.step.run(frame)
            } catch let error as SlipwayError {
                throw error.adding("in \(planned.label)")
            }
            for value in planned.releases { frame.release(value) }
        }
    }
}
