import Foundation
import SlipwayCore

/// Live requests for the warm-up of the next start, in a file that replaces the one before once it is complete.
///
/// For one thread.
final class WarmUpRecording {
    static let completeName = "recorded.pblog"
    /// Read too: a server that is stopped early leaves a few requests.
    static let partialName = "recording.pblog"

    private let folder: String
    private var left: Int
    private var file: AppendedFile?

    /// - Parameter count: requests of a complete file.
    init(folder: String, count: Int) {
        self.folder = folder
        left = count
    }

    /// Throws `diskFull` or `ioFailure`.
    func append(_ record: [UInt8]) throws {
        guard left > 0 else { return }
        if file == nil {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            file = try AppendedFile("\(folder)/\(Self.partialName)", replaces: true)
        }
        try file?.append(record)
        left -= 1
        guard left == 0 else { return }
        file = nil
        let path = "\(folder)/\(Self.completeName)"
        guard rename("\(folder)/\(Self.partialName)", path) == 0 else {
            throw FileError.make(path: path, action: "write")
        }
    }
}
