import SlipwayCore

/// Upstream's tables in text: a header, then lines of values with tabs between them.
enum TabbedLines {
    /// Calls `body` with the values of each line after the first, and its number, counted from 1.
    static func read(_ path: String, _ body: ([Substring], Int) throws -> Void) throws {
        try MappedFile.withBytes(of: path) { bytes in
            var number = 0
            for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
                number += 1
                guard number > 1, !line.isEmpty else { continue }
                let text = String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
                try body(text.split(separator: "\t", omittingEmptySubsequences: false), number)
            }
        }
    }

    static func wrong(_ path: String, _ line: Int, _ what: String) -> SlipwayError {
        SlipwayError(.corrupt, "line \(line) of \(path) \(what)", fix: "write the tree's tables again")
    }
}
