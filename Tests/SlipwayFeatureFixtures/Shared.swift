import Foundation

/// The reference data beside the checkout, where there is any.
package enum Shared {
    package static let folder: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.deletingLastPathComponent().path + "/shared"
    }()

    package static var isPresent: Bool { FileManager.default.fileExists(atPath: folder + "/spec/fg_vectors.json") }

    package static func read<T: Decodable>(_ type: T.Type, _ path: String) throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(contentsOf: URL(fileURLWithPath: folder + "/" + path)))
    }
}
