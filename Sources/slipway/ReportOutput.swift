import Foundation
import SlipwayCore

/// Standard output of commands that print a report, which may be long and may go into a pipe that its reader closes.
enum ReportOutput {
    /// Writes `text` and a line break. Throws `ioFailure` or `diskFull` when not all of it could be written.
    static func line(_ text: String) throws {
        let bytes = Array((text + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError.make(path: "standard output", action: "write") }
            written += count
        }
    }
}
