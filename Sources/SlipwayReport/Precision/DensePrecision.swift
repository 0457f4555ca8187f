import SlipwayConfig
import SlipwayCore

/// In how many bits the layers of the dense part are stored and multiplied.
public enum DensePrecision: String, Sendable, CaseIterable {
    case fp32, bf16, int8

    /// What `export_config.mixed_precision` asks for, in upstream's words.
    ///
    /// Throws `unsupported` for FP16, `invalidConfig` for a word that upstream does not know either.
    static func configured(_ config: TzrecEasyRecConfig) throws -> DensePrecision {
        switch config.exportConfig.mixedPrecision {
        case "": return .fp32
        case "BF16": return .bf16
        case "FP16":
            throw SlipwayError(
                .unsupported, "export_config.mixed_precision is FP16, which no product of processors here is made in",
                fix: "set BF16, or pass --dense-precision fp32")
        default:
            throw SlipwayError(
                .invalidConfig, "export_config.mixed_precision is \(config.exportConfig.mixedPrecision)",
                fix: "set BF16, or leave it out")
        }
    }
}

/// What is asked of the dense part's precision.
public struct PrecisionSettings: Sendable {
    /// nil as the config says.
    public var precision: DensePrecision?
    /// The largest difference from float32 that a score may have, relative to scores above 1.
    public var maxScoreDrift: Double
    /// Whether a larger one is a warning instead of an error.
    public var allowsScoreDrift: Bool
    /// The rows that ranges are taken and drift is measured from.
    public var sample: ReportSettings

    public init(
        precision: DensePrecision? = nil, maxScoreDrift: Double = 0.01, allowsScoreDrift: Bool = false,
        sample: ReportSettings = ReportSettings()
    ) {
        self.precision = precision
        self.maxScoreDrift = maxScoreDrift
        self.allowsScoreDrift = allowsScoreDrift
        self.sample = sample
    }
}
