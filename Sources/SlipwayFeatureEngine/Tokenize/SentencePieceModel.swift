import SlipwayCore

/// What a SentencePiece `.model` holds. Source: the message `ModelProto` of sentencepiece_model.proto.
struct SentencePieceModel: Sendable {
    struct Found: Sendable {
        let range: Range<Int>
        let id: Int
    }

    private struct Piece: Sendable {
        let text: [UInt8]
        let score: Float
        /// 1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte.
        let type: Int
    }

    let isUnigram: Bool
    let unknownID: Int
    /// Score of a character no piece covers.
    let unknownScore: Float
    /// Ids of the 256 bytes, where the model falls back to them.
    let byteIDs: [Int]?
    let characterMap: [UInt8]
    let addsDummyPrefix: Bool
    let removesExtraBlanks: Bool
    let escapesBlanks: Bool

    private let trie: ByteTrie
    private let pieces: [Piece]
    private let userDefined: [Int]

    init(_ bytes: [UInt8], path: String) throws {
        func corrupt(_ what: String) -> SlipwayError {
            SlipwayError(.corrupt, "\(path) \(what)", fix: "name a sentencepiece .model file")
        }
        var pieces: [Piece] = []
        var modelType: UInt64 = 1
        var hasByteFallback = false
        var map: [UInt8] = []
        var adds = true, removes = true, escapes = true
        var reader = ProtoReader(bytes)
        while let field = reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let bytes)): pieces.append(Self.piece(bytes))
            case (2, .bytes(let bytes)):
                var trainer = ProtoReader(bytes)
                while let field = trainer.next() {
                    if case (3, .number(let value)) = (field.number, field.value) { modelType = value }
                    if case (35, .number(let value)) = (field.number, field.value) { hasByteFallback = value != 0 }
                }
            case (3, .bytes(let bytes)):
                var spec = ProtoReader(bytes)
                while let field = spec.next() {
                    switch (field.number, field.value) {
                    case (2, .bytes(let value)): map = value
                    case (3, .number(let value)): adds = value != 0
                    case (4, .number(let value)): removes = value != 0
                    case (5, .number(let value)): escapes = value != 0
                    default: break
                    }
                }
            default: break
            }
        }
        guard reader.isWhole, !pieces.isEmpty else { throw corrupt("is not a sentencepiece model") }
        guard modelType == 1 || modelType == 2 else { throw corrupt("has neither unigram nor BPE pieces") }
        guard let unknown = pieces.firstIndex(where: { $0.type == 2 }) else { throw corrupt("has no unknown piece") }
        isUnigram = modelType == 1
        unknownID = unknown
        let scores = pieces.filter { $0.type == 1 }.map(\.score)
        unknownScore = (scores.min() ?? 0) - 10
        characterMap = map
        addsDummyPrefix = adds
        removesExtraBlanks = removes
        escapesBlanks = escapes
        self.pieces = pieces
        // An empty piece would be found everywhere, without end.
        userDefined = pieces.indices.filter { pieces[$0].type == 4 && !pieces[$0].text.isEmpty }.sorted {
            pieces[$0].text.count > pieces[$1].text.count
        }
        var trie = ByteTrie()
        for (id, piece) in pieces.enumerated() where [1, 4, 5].contains(piece.type) && !piece.text.isEmpty {
            trie.insert(piece.text, id)
        }
        self.trie = trie
        byteIDs = hasByteFallback ? try Self.byteIDs(pieces, corrupt) : nil
    }

    private static func piece(_ bytes: [UInt8]) -> Piece {
        var text: [UInt8] = []
        var score: Float = 0
        var type = 1
        var reader = ProtoReader(bytes)
        while let field = reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let value)): text = value
            case (2, .fixed32(let value)): score = Float(bitPattern: value)
            case (3, .number(let value)): type = Int(truncatingIfNeeded: value)
            default: break
            }
        }
        return Piece(text: text, score: score.isFinite ? score : 0, type: type)
    }

    private static func byteIDs(_ pieces: [Piece], _ corrupt: (String) -> SlipwayError) throws -> [Int] {
        let names = Dictionary(
            pieces.enumerated().filter { $0.element.type == 6 }.map { ($0.element.text, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        return try (0..<256).map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            guard let id = names[Array("<0x\(byte < 16 ? "0" : "")\(digits)>".utf8)] else {
                throw corrupt("falls back to bytes but has no piece for byte \(byte)")
            }
            return id
        }
    }

    /// Calls `body` with every piece that `text[start...]` begins with: its length, id and score.
    func prefixes(_ text: [UInt8], _ start: Int, _ end: Int, _ body: (Int, Int, Float) -> Void) {
        trie.prefixes(text, start, end) { length, id in
            let piece = pieces[id]
            guard piece.type != 5 else { return }
            body(length, id, piece.score)
        }
    }

    func piece(_ text: ArraySlice<UInt8>) -> (id: Int, score: Float)? {
        guard let id = trie.find(text), pieces[id].type != 5 else { return nil }
        return (id, pieces[id].score)
    }

    /// The text cut at the pieces the user defined, which are never split.
    func splitUserDefined(_ text: [UInt8]) -> [(range: Range<Int>, id: Int?)] {
        guard !userDefined.isEmpty else { return [(text.indices, nil)] }
        var parts: [(range: Range<Int>, id: Int?)] = []
        var start = 0, position = 0
        while position < text.count {
            guard let id = userDefined.first(where: { text[position...].starts(with: pieces[$0].text) }) else {
                position += 1
                continue
            }
            if start < position { parts.append((start..<position, nil)) }
            let end = position + pieces[id].text.count
            parts.append((position..<end, id))
            (start, position) = (end, end)
        }
        if start < text.count { parts.append((start..<text.count, nil)) }
        return parts
    }
}
