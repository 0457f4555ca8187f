/// How a feature's values become its output.
struct ValuePlan: Sendable {
    var target: ValueTarget
    var normalizer: Normalizer?
    /// Values of a row or step that are kept; 0 for all.
    var keep = 0
    /// Values every row or step has; shorter ones are filled from the default. 0 for any number.
    var width = 0
    var isWeighted = false
    /// What a missing row or step becomes.
    var emptyValue = EmptyValue()

    /// A default value, bucketized.
    struct EmptyValue: Sendable {
        var ids: [Int64] = []
        var floats: [Float] = []
        var texts: [[UInt8]] = []
        /// False when there is no default and a missing row stays empty or zero.
        var isStated = false
    }

    /// Width of a dense row; 0 for other outputs.
    var denseWidth: Int {
        if case .dense(let width) = target { return width }
        return 0
    }
}
