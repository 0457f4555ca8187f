import SlipwayCore

/// A `vocab_file`: one entry a line, `word` (its id is the line's number) or `word id`.
enum VocabularyFile {
    /// Rows of the table: the largest id plus one when ids are written, else the number of different words.
    ///
    /// - Throws: `not_found` or `io_failure` for the file, `corrupt` for a blank line or an id that is not a number.
    static func rows(_ path: String, feature: String) throws -> Int {
        return try MappedFile.contents(of: path).withUnsafeBufferPointer { bytes in
            var words: Set<[UInt8]> = []
            var largest: Int?
            var start = 0
            var line = 0
            while start < bytes.count {
                let end = bytes[start...].firstIndex { $0 == 0x0a || $0 == 0x0d } ?? bytes.count
                line += 1
                let text = trimmed(bytes[start..<end])
                guard !text.isEmpty else { throw corrupt(path, line, "is blank", feature) }
                if let gap = text.firstIndex(where: isBlank) {
                    let id = trimmed(text[gap...])
                    guard let value = Int(String(decoding: id, as: UTF8.self)), value < Int.max else {
                        throw corrupt(path, line, "has no whole number after the word", feature)
                    }
                    largest = max(largest ?? 0, value)
                    words.insert(Array(text[..<gap]))
                } else {
                    words.insert(Array(text))
                }
                start = end + 1
                if end + 1 < bytes.count, bytes[end] == 0x0d, bytes[end + 1] == 0x0a { start += 1 }
            }
            guard !words.isEmpty else { throw corrupt(path, 1, "is missing: the file is empty", feature) }
            return largest.map { $0 + 1 } ?? words.count
        }
    }

    private static func corrupt(_ path: String, _ line: Int, _ problem: String, _ feature: String) -> SlipwayError {
        SlipwayError(
            .corrupt, "\(path):\(line): line \(problem)",
            fix: "write one word a line, or one word and its id, for feature \(feature)")
    }

    /// ASCII white space, as Python's `str.split()` counts it.
    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0d).contains(byte) || (0x1c...0x1f).contains(byte)
    }

    private static func trimmed(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>> {
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return bytes[bytes.startIndex..<bytes.startIndex] }
        return bytes[first...last]
    }
}
