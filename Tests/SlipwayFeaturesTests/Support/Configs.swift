import SlipwayConfig
import SlipwayCore
import SwiftProtobuf

@testable import SlipwayFeatures

/// Feature sets from text configs.
enum Configs {
    static func features(_ texts: String..., options: FeatureSet.Options = .init()) throws -> FeatureSet {
        try FeatureSet.make(texts.map { try TzrecFeatureConfig(textFormatString: $0) }, options: options)
    }

    static func only(_ text: String, mode: FGMode = .encoded) throws -> FeatureSpec {
        let set = try features(text, options: .init(mode: mode))
        guard let first = set.features.first else { throw SlipwayError(.internalFault, "no feature") }
        return first
    }
}
