import SlipwayCore

/// SentencePiece models, read from their `.model` file: unigram pieces by the best path, or byte pair encoding by score. No
/// sentence marks are added.
struct SentencePieceTokenizer: Tokenizer {
    private let model: SentencePieceModel
    private let normalizer: SentencePieceNormalizer

    init(path: String) throws {
        model = try SentencePieceModel(try MappedFile.contents(of: path), path: path)
        normalizer = SentencePieceNormalizer(model)
    }

    func encode(_ text: UnsafeBufferPointer<UInt8>, _ body: (Int64) -> Void) {
        let normal = normalizer.apply(Array(text))
        guard !normal.isEmpty else { return }
        var pieces: [SentencePieceModel.Found] = []
        for part in model.splitUserDefined(normal) {
            if let id = part.id {
                pieces.append(.init(range: part.range, id: id))
            } else {
                pieces += model.isUnigram ? unigram(normal, part.range) : merged(normal, part.range)
            }
        }
        write(pieces, normal, body)
    }

    /// Neighbouring unknown pieces become one unknown id, or their bytes where the model has pieces for bytes.
    private func write(_ pieces: [SentencePieceModel.Found], _ text: [UInt8], _ body: (Int64) -> Void) {
        var isAfterUnknown = false
        for piece in pieces {
            guard piece.id == model.unknownID else {
                isAfterUnknown = false
                body(Int64(piece.id))
                continue
            }
            if let bytes = model.byteIDs {
                for byte in text[piece.range] { body(Int64(bytes[Int(byte)])) }
            } else if !isAfterUnknown {
                body(Int64(piece.id))
            }
            isAfterUnknown = true
        }
    }

    /// The sequence of pieces with the highest sum of scores.
    private func unigram(_ text: [UInt8], _ range: Range<Int>) -> [SentencePieceModel.Found] {
        let size = range.count
        var best = [Float](repeating: -.infinity, count: size + 1)
        var from = [(start: Int, id: Int)](repeating: (-1, 0), count: size + 1)
        best[0] = 0
        var position = 0
        while position < size {
            let width = min(UTF8Width.of(text[range.lowerBound + position]), size - position)
            var hasSingle = false
            model.prefixes(text, range.lowerBound + position, range.upperBound) { length, id, score in
                if length == width { hasSingle = true }
                let total = best[position] + score
                if total > best[position + length] {
                    best[position + length] = total
                    from[position + length] = (position, id)
                }
            }
            if !hasSingle {
                let total = best[position] + model.unknownScore
                if total > best[position + width] {
                    best[position + width] = total
                    from[position + width] = (position, model.unknownID)
                }
            }
            position += width
        }
        var pieces: [SentencePieceModel.Found] = []
        var end = size
        while end > 0, from[end].start >= 0 {
            let start = from[end].start
            pieces.append(.init(range: range.lowerBound + start..<range.lowerBound + end, id: from[end].id))
            end = start
        }
        return pieces.reversed()
    }

    /// Characters joined pair by pair, the pair whose piece has the highest score first, the leftmost of equals.
    private func merged(_ text: [UInt8], _ range: Range<Int>) -> [SentencePieceModel.Found] {
        var parts: [Range<Int>] = []
        var position = range.lowerBound
        while position < range.upperBound {
            let end = min(position + UTF8Width.of(text[position]), range.upperBound)
            parts.append(position..<end)
            position = end
        }
        let merged = PairMerging.merge(parts) { left, right in
            let joined = left.lowerBound..<right.upperBound
            return model.piece(text[joined]).map { (-Double($0.score), joined) }
        }
        return merged.map { .init(range: $0, id: model.piece(text[$0])?.id ?? model.unknownID) }
    }
}

/// Lengths of UTF-8 sequences.
enum UTF8Width {
    /// Bytes of the character that begins with `byte`; 1 for a byte that begins none.
    static func of(_ byte: UInt8) -> Int {
        switch byte {
        case 0xc0..<0xe0: return 2
        case 0xe0..<0xf0: return 3
        case 0xf0...: return 4
        default: return 1
        }
    }
}
