import Foundation
import SlipwayCore

extension PackageManifest {
    /// Pretty JSON with sorted keys and a newline at the end.
    public func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// Throws `unsupported` for a newer format, `corrupt` for text that is no manifest or lists a file outside the
    /// package.
    public init(decoding bytes: [UInt8]) throws {
        struct Version: Decodable {
            var version: Int
            enum CodingKeys: String, CodingKey { case version = "format_version" }
        }
        let data = Data(bytes)
        let version = try Self.read { try JSONDecoder().decode(Version.self, from: data).version }
        guard version == Self.currentFormatVersion else {
            throw SlipwayError(
                .unsupported,
                "the package has format version \(version); this version reads \(Self.currentFormatVersion)",
                fix: version > Self.currentFormatVersion ? "update slipway" : "export the model again")
        }
        self = try Self.read { try JSONDecoder().decode(Self.self, from: data) }
        try checkFiles()
    }

    private func checkFiles() throws {
        var seen: Set<String> = []
        for file in files {
            guard PackageFiles.staysInside(file.path), file.path != PackageFiles.manifest else {
                throw SlipwayError(
                    .corrupt, "the manifest lists the file \"\(file.path)\", which is not a path in the package")
            }
            guard seen.insert(file.path).inserted else {
                throw SlipwayError(.corrupt, "the manifest lists the file \(file.path) twice")
            }
            guard file.bytes >= 0 else {
                throw SlipwayError(.corrupt, "the manifest gives \(file.path) \(file.bytes) bytes")
            }
        }
    }

    private static func read<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as DecodingError {
            throw SlipwayError(
                .corrupt, "the manifest is not readable: \(explain(error))", fix: "copy or export the package again",
                cause: error)
        }
    }

    private static func explain(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context):
            return (context.codingPath + [key]).map(\.stringValue).joined(separator: ".") + " is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
        @unknown default: return "\(error)"
        }
    }
}
