import Foundation
import SlipwayCore

/// Files with secrets, which are read and never shown.
enum SecretFile {
    /// The lines of a file that are not empty. Throws `notFound` or `ioFailure` naming the path, never the content.
    static func lines(_ path: String) throws -> [String] {
        let bytes = try MappedFile.contents(of: path)
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        guard !lines.isEmpty else {
            throw SlipwayError(.invalidConfig, "\(path) holds no secret", fix: "write one in each line")
        }
        return lines
    }
}
