/// A function of whole vectors that gives one number. Source: the vector table of `expr_feature` on upstream's page; its
/// `std_dev` and `variance` divide by n, `pop_std_dev` and `pop_variance` by n - 1.
enum VectorFunction: String, CaseIterable, Sendable {
    case len
    case l2Norm = "l2_norm"
    case squaredNorm = "squared_norm"
    case dot
    case euclidDist = "euclid_dist"
    case corr
    case stdDev = "std_dev"
    case variance
    case popStdDev = "pop_std_dev"
    case popVariance = "pop_variance"
    case reduceMin = "reduce_min"
    case reduceMax = "reduce_max"
    case reduceSum = "reduce_sum"
    case reduceMean = "reduce_mean"
    case reduceProd = "reduce_prod"

    var arity: Int {
        switch self {
        case .dot, .euclidDist, .corr: return 2
        default: return 1
        }
    }

    /// Vectors of one length each; the second is as long as the first. NaN for an empty vector, but for `len`.
    func apply(_ x: [Double], _ y: [Double]) -> Double {
        guard let first = x.first else { return self == .len ? 0 : .nan }
        switch self {
        case .len: return Double(x.count)
        case .l2Norm: return x.reduce(0) { $0 + $1 * $1 }.squareRoot()
        case .squaredNorm: return x.reduce(0) { $0 + $1 * $1 }
        case .dot: return zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
        case .euclidDist: return zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        case .corr: return Self.correlation(x, y)
        case .stdDev: return (Self.squares(x) / Double(x.count)).squareRoot()
        case .variance: return Self.squares(x) / Double(x.count)
        case .popStdDev: return (Self.squares(x) / Double(x.count - 1)).squareRoot()
        case .popVariance: return Self.squares(x) / Double(x.count - 1)
        case .reduceMin: return x.reduce(first) { Swift.min($0, $1) }
        case .reduceMax: return x.reduce(first) { Swift.max($0, $1) }
        case .reduceSum: return x.reduce(0, +)
        case .reduceMean: return x.reduce(0, +) / Double(x.count)
        case .reduceProd: return x.reduce(1, *)
        }
    }

    /// Sum of squared distances from the mean.
    private static func squares(_ x: [Double]) -> Double {
        let mean = x.reduce(0, +) / Double(x.count)
        return x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }

    /// Pearson's correlation; 0 / 0 where one side is constant.
    private static func correlation(_ x: [Double], _ y: [Double]) -> Double {
        let meanX = x.reduce(0, +) / Double(x.count)
        let meanY = y.reduce(0, +) / Double(y.count)
        let shared = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
        return shared / (squares(x) * squares(y)).squareRoot()
    }
}
