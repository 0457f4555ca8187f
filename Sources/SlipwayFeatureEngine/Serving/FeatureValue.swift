/// A typed value of a request or a feature store.
public enum FeatureValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    /// A 32-bit float, whose text is the shortest of its own precision.
    case float(Float)
    case text(String)
    indirect case list([FeatureValue])
    /// Keys and values in turn.
    indirect case map([FeatureValue])
}
