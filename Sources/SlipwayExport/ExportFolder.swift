import Foundation
import SlipwayArtifact
import SlipwayCore

/// Where the parts of a model are written. A model of one part is its package; one of several parts is built in a temporary
/// sibling that is renamed when all parts are whole.
final class ExportFolder {
    private let directory: String
    private let staging: String?
    private var isFinished = false

    init(directory: String, parts: [String]) throws {
        self.directory = directory
        guard parts != [""] else {
            staging = nil
            return
        }
        let temporary = "\(directory).tmp.\(ProcessInfo.processInfo.processIdentifier)"
        do {
            try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        } catch {
            throw SlipwayError(.ioFailure, "cannot create \(temporary)", cause: error)
        }
        staging = temporary
    }

    /// Where part `name` belongs.
    func path(of name: String) -> String {
        staging.map { "\($0)/\(name)" } ?? directory
    }

    /// Puts the parts into place.
    func finish() throws {
        if let staging {
            guard rename(staging, directory) == 0 else {
                throw FileError.make(path: directory, action: "create")
            }
        }
        isFinished = true
    }

    /// Removes what is not finished.
    func abandon() {
        guard !isFinished, let staging else { return }
        try? FileManager.default.removeItem(atPath: staging)
    }
}
