/// A config's text with its name, able to say where a byte stands.
struct SourceText {
    let fileName: String
    let bytes: [UInt8]
    private let lineStarts: [Int]

    /// Longest stretch of a line that is quoted under an error.
    private static let quotedWidth = 160

    init(fileName: String, bytes: [UInt8]) {
        self.fileName = fileName
        self.bytes = bytes
        var starts = [0]
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(index + 1) }
        lineStarts = starts
    }

    /// Line and column, both from 1; the column counts characters.
    func position(of offset: Int) -> (line: Int, column: Int) {
        let line = lineIndex(of: offset)
        let stop = min(max(offset, lineStarts[line]), bytes.count)
        let column = String(decoding: bytes[lineStarts[line]..<stop], as: UTF8.self).unicodeScalars.count
        return (line + 1, column + 1)
    }

    /// `file:line:column`.
    func location(of offset: Int) -> String {
        let (line, column) = position(of: offset)
        return "\(fileName):\(line):\(column)"
    }

    /// The line of `offset` and, below it, a caret under the character there.
    func quote(_ offset: Int) -> String {
        let line = lineIndex(of: offset)
        let start = lineStarts[line]
        var stop = line + 1 < lineStarts.count ? lineStarts[line + 1] - 1 : bytes.count
        if stop > start, bytes[stop - 1] == UInt8(ascii: "\r") { stop -= 1 }
        let text = Array(String(decoding: bytes[start..<stop], as: UTF8.self).unicodeScalars)
        let column = min(position(of: offset).column - 1, text.count)
        let first = column > Self.quotedWidth * 3 / 4 ? column - Self.quotedWidth / 2 : 0
        let last = min(text.count, first + Self.quotedWidth)
        var shown = String.UnicodeScalarView(text[first..<last].map { isControl($0) ? " " : $0 })
        var margin = String.UnicodeScalarView(text[first..<column].map { $0 == "\t" ? "\t" : " " })
        if first > 0 {
            shown.insert("…", at: shown.startIndex)
            margin.insert(" ", at: margin.startIndex)
        }
        return "  \(String(shown))\n  \(String(margin))^"
    }

    private func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7F
    }

    private func lineIndex(of offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }
}
