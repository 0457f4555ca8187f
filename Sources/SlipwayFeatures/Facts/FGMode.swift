package import SlipwayConfig

/// What the data columns hold.
public enum FGMode: Sendable, Hashable {
    /// One column a feature, ids already looked up (`FG_NONE`).
    case encoded
    /// The features' inputs, every feature on its own (`FG_NORMAL`).
    case normal
    /// The features' inputs, features may read each other (`FG_DAG`).
    case dag
    /// One column a feature, before bucketizing (`FG_BUCKETIZE`).
    case bucketize

    package init(_ mode: TzrecFgMode) {
        switch mode {
        case .fgNone: self = .encoded
        case .fgNormal: self = .normal
        case .fgDag: self = .dag
        case .fgBucketize: self = .bucketize
        }
    }

    /// True when columns are named like the features' inputs, not like the features.
    var needsInputs: Bool { self == .normal || self == .dag }
}
