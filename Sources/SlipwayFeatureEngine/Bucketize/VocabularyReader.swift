import SlipwayCore

/// A `vocab_file`: one word a line (its id is the line's number from 0), or a word, blanks and its id.
package enum VocabularyReader {
    /// - Throws: `not_found` or `io_failure` for the file, `corrupt` when it holds no word.
    package static func read(_ path: String) throws -> [(word: [UInt8], id: Int64)] {
        let bytes = try MappedFile.contents(of: path)
        var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map { line in
            line.last == 0x0d ? line.dropLast() : line
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard !lines.isEmpty, lines.count < Int(Int32.max), bytes.count < Int(UInt32.max) else {
            throw SlipwayError(.corrupt, "\(path) holds no words, or too many", fix: "write one word a line")
        }
        let pairs = lines.map(pair)
        let hasIDs = pairs.contains { $0 != nil }
        return zip(lines, pairs).enumerated().map { number, entry in
            if hasIDs, let pair = entry.1 { return pair }
            return (Array(entry.0), Int64(number))
        }
    }

    /// A line's word and id, when the line ends in blanks and a whole number.
    private static func pair(_ line: ArraySlice<UInt8>) -> (word: [UInt8], id: Int64)? {
        let text = line.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
        guard let gap = text.lastIndex(where: { $0 == 0x20 || $0 == 0x09 }) else { return nil }
        let digits = Array(text)[text.distance(from: text.startIndex, to: gap)...].dropFirst()
        guard let id = Int64(String(decoding: digits, as: UTF8.self)) else { return nil }
        var word = Array(text)[..<text.distance(from: text.startIndex, to: gap)]
        while let last = word.last, last == 0x20 || last == 0x09 { word.removeLast() }
        return (Array(word), id)
    }
}
