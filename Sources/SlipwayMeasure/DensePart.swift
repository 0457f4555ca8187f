import SlipwayCompile
public import SlipwayCore
public import SlipwayRuntime

/// The dense part of a model, timed where it is: behind the lookups, on the rows that these give.
public struct DensePart: Sendable {
    private let predictor: Predictor
    private let isDense: [Bool]

    public init(_ predictor: Predictor) {
        self.predictor = predictor
        isDense = predictor.stepsBeyond(SparsePart(predictor.graph).values)
    }

    /// Scores one batch, at once whatever its size, and gives the nanoseconds by the clock `now` of what is not a lookup.
    ///
    /// A part is timed whole: code that `ENABLE_AOT=2` makes has its lookups inside.
    public func timeNs(
        _ inputs: InputBatch, scratch: PredictorScratch, into outputs: inout PredictorOutputs, now: () -> Int
    ) throws -> Int {
        try predictor.time(inputs, scratch: scratch, into: &outputs, isTimed: isDense, now: now)
    }
}
