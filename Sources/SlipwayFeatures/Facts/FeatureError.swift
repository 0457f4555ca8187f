import SlipwayCore

/// Errors about one field of one feature's config.
enum FeatureError {
    static func config(_ feature: String, _ field: String, _ problem: String, fix: String) -> SlipwayError {
        SlipwayError(.invalidConfig, "feature \(feature): \(field) \(problem)", fix: fix)
    }
}
