/// Rewrites text as a SentencePiece model was trained: characters by the model's own table, blanks collapsed and marked.
struct SentencePieceNormalizer: Sendable {
    /// The table's trie, as packed 32-bit units (Darts).
    private let units: [UInt32]
    /// Replacements, each ended by a zero byte.
    private let replacements: [UInt8]
    private let addsPrefix: Bool
    private let removesExtra: Bool
    private let blank: [UInt8]

    init(_ model: SentencePieceModel) {
        let map = model.characterMap
        let size = map.count >= 4 ? (0..<4).reduce(0) { $0 | Int(map[$1]) << (8 * $1) } : 0
        if size > 0, size % 4 == 0, map.count >= 4 + size {
            units = stride(from: 4, to: 4 + size, by: 4).map { start in
                (0..<4).reduce(UInt32(0)) { $0 | UInt32(map[start + $1]) << UInt32(8 * $1) }
            }
            replacements = Array(map[(4 + size)...])
        } else {
            (units, replacements) = ([], [])
        }
        addsPrefix = model.addsDummyPrefix
        removesExtra = model.removesExtraBlanks
        blank = model.escapesBlanks ? Array("\u{2581}".utf8) : [0x20]
    }

    func apply(_ text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var position = 0
        var isAfterBlank = removesExtra
        var hasText = false
        while position < text.count {
            let (replaced, length) = rewrite(text, position)
            position += length
            for byte in replaced {
                if byte == 0x20 {
                    if isAfterBlank { continue }
                    if !hasText, addsPrefix { out += blank }
                    hasText = true
                    out += blank
                    isAfterBlank = removesExtra
                } else {
                    if !hasText, addsPrefix { out += blank }
                    hasText = true
                    out.append(byte)
                    isAfterBlank = false
                }
            }
        }
        if removesExtra {
            while out.count >= blank.count, out.suffix(blank.count).elementsEqual(blank) { out.removeLast(blank.count) }
        }
        return out
    }

    /// What stands for the longest piece of text the table knows at `position`, and that piece's length.
    private func rewrite(_ text: [UInt8], _ position: Int) -> (ArraySlice<UInt8>, Int) {
        if let (start, length) = longest(text, position) {
            let end = replacements[start...].firstIndex(of: 0) ?? replacements.count
            return (replacements[start..<end], length)
        }
        let width = Self.validWidth(text, position)
        if width == 0 { return (ArraySlice("\u{fffd}".utf8), 1) }
        return (text[position..<position + width], width)
    }

    /// Bytes of the valid character at `position`; 0 for a byte that begins none.
    private static func validWidth(_ text: [UInt8], _ position: Int) -> Int {
        let width = UTF8Width.of(text[position])
        if width == 1 { return text[position] < 0x80 ? 1 : 0 }
        guard position + width <= text.count, text[position + 1..<position + width].allSatisfy({ $0 & 0xc0 == 0x80 })
        else { return 0 }
        return width
    }

    private func longest(_ text: [UInt8], _ position: Int) -> (start: Int, length: Int)? {
        guard let root = units.first else { return nil }
        var node = Self.offset(root)
        var best: (start: Int, length: Int)?
        for index in position..<text.count {
            node ^= UInt32(text[index])
            guard Int(node) < units.count else { return best }
            let unit = units[Int(node)]
            guard unit & 0x8000_00ff == UInt32(text[index]) else { return best }
            let isLeafAbove = unit >> 8 & 1 == 1
            node ^= Self.offset(unit)
            if isLeafAbove {
                guard Int(node) < units.count else { return best }
                let start = Int(units[Int(node)] & 0x7fff_ffff)
                guard start < replacements.count else { return best }
                best = (start, index - position + 1)
            }
        }
        return best
    }

    private static func offset(_ unit: UInt32) -> UInt32 { (unit >> 10) << (unit >> 6 & 8) }
}
