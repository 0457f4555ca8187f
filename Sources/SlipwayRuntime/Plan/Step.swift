/// One piece of work of a plan. Holds what is known before a run; reads and writes values of the frame.
///
/// A step calls `frame.define` for its results before it writes them. Inputs and results may have gaps between rows.
protocol Step: Sendable {
    func run(_ frame: RunFrame) throws
}

/// A step in its place.
struct PlannedStep: Sendable {
    let step: any Step
    /// What it does and for which module, for error messages.
    let label: String
    let reads: [Int]
    let writes: [Int]
    /// Values whose blocks nobody needs afterwards.
    var releases: [Int] = []
}
