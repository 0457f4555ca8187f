import SlipwayCore
import SlipwayKernels

/// What a lookup does with an id outside its table.
public enum BadIDPolicy: String, Sendable, CaseIterable {
    /// float32 tables throw; quantized and 16-bit tables map, as fbgemm's inference lookups.
    case asUpstream
    /// Every table throws `outOfRange`, naming feature, row, id and table size.
    case strict
    /// Every table maps: −1 reads zeros, any other bad id reads row 0.
    case map

    func kernelPolicy(_ dtype: DType) -> EmbeddingTableView.BadIDs {
        switch self {
        case .asUpstream: return dtype == .f32 ? .refuse : .map
        case .strict: return .refuse
        case .map: return .map
        }
    }
}
