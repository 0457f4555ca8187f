package import Foundation

/// A folder that goes away with the value.
package final class TemporaryFolder {
    package let url = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-test-\(UUID().uuidString)")
    package var path: String { url.path }

    package init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The path of an entry, there or not.
    package func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// Writes a file, with the folders above it. Gives its path.
    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }

    @discardableResult
    package func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

    /// Everything in it, or in the folder `below` in it, hidden entries too.
    package func entries(_ below: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: below.isEmpty ? path : path(below)).sorted()
    }
}
