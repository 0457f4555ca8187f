import Foundation
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

/// The message and fix of the error `body` throws, or nil.
func errorText(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch let error as SlipwayError {
        return error.description
    } catch {
        return "\(error)"
    }
}

/// A folder that goes away with the value.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "slipway-features-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func write(_ text: String, to name: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
