/// One worker's working memory: grows to what a run needs and is kept for the next. Not for several runs at once.
public final class PredictorScratch {
    let frame: RunFrame
    var binding: InputBinding?

    public init(for predictor: Predictor) {
        frame = RunFrame(predictor.plan.layout)
    }

    /// Bytes held between runs, for logs.
    public var capacityBytes: Int { frame.capacity }
}
