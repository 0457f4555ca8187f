import Foundation
import SlipwayCore

/// Byte-level byte pair encoding, from a Hugging Face `tokenizer.json`.
///
/// Added tokens are matched literally, the longest first; the text between them is normalized, cut into words, written in the
/// byte alphabet, and merged by rank. No special tokens are added.
struct BPETokenizer: Tokenizer {
    private struct Pair: Hashable {
        let left: Int32
        let right: Int32
    }

    private struct Merge {
        let rank: Int32
        let merged: Int32
    }

    private let merges: [Pair: Merge]
    /// Ids of single bytes; -1 where the vocabulary lacks one.
    private let byteIDs: [Int32]
    private let added: [(text: [UInt8], id: Int64)]
    private let normalizer: TextForm
    private let cutter: WordCutter
    private let ignoresMerges: [String: Int32]?
    private let unknown: Int64?

    /// - Throws: `corrupt` or `unsupported` naming what the file lacks or asks for.
    init(path: String) throws {
        let root = try JSONNode.read(try MappedFile.contents(of: path), called: path)
        guard let model = root["model"], let vocabulary = model["vocab"], case .object(let words) = vocabulary,
            model["type"].map({ $0 == .text("BPE") }) ?? true
        else {
            throw SlipwayError(
                .corrupt, "\(path) is not a tokenizer.json with a BPE model", fix: "name a Hugging Face BPE tokenizer")
        }
        var ids: [String: Int32] = [:]
        ids.reserveCapacity(words.count)
        for word in words {
            guard let id = word.value.int64, let small = Int32(exactly: id) else {
                throw SlipwayError(.corrupt, "\(path): the piece \"\(word.key)\" has no id", fix: "mend the file")
            }
            ids[word.key] = small
        }
        merges = try Self.merges(model, ids, path)
        byteIDs = ByteAlphabet.characters.map { ids[String($0)] ?? -1 }
        ignoresMerges = model["ignore_merges"] == .bool(true) ? ids : nil
        if case .text(let word)? = model["unk_token"] { unknown = ids[word].map { Int64($0) } } else { unknown = nil }
        added = try Self.added(root, path)
        normalizer = try TextForm(root["normalizer"], path)
        cutter = try WordCutter(root["pre_tokenizer"], path)
    }

    private static func merges(_ model: JSONNode, _ ids: [String: Int32], _ path: String) throws -> [Pair: Merge] {
        guard case .array(let list)? = model["merges"] else {
            throw SlipwayError(.corrupt, "\(path) has no merges", fix: "name a Hugging Face BPE tokenizer")
        }
        var merges: [Pair: Merge] = [:]
        merges.reserveCapacity(list.count)
        for (rank, entry) in list.enumerated() {
            let halves: [String]
            switch entry {
            case .text(let text): halves = text.split(separator: " ").map { String($0) }
            case .array(let both):
                halves = both.compactMap { if case .text(let half) = $0 { half } else { nil } }
            default: halves = []
            }
            guard halves.count == 2, let left = ids[halves[0]], let right = ids[halves[1]],
                let merged = ids[halves[0] + halves[1]]
            else {
                throw SlipwayError(.corrupt, "\(path): merge \(rank) names no pieces", fix: "mend the file")
            }
            let pair = Pair(left: left, right: right)
            if merges[pair] == nil { merges[pair] = Merge(rank: Int32(rank), merged: merged) }
        }
        return merges
    }

    private static func added(_ root: JSONNode, _ path: String) throws -> [(text: [UInt8], id: Int64)] {
        guard case .array(let list)? = root["added_tokens"] else { return [] }
        let tokens = try list.map { entry -> (text: [UInt8], id: Int64) in
            guard case .text(let content)? = entry["content"], let id = entry["id"]?.int64 else {
                throw SlipwayError(.corrupt, "\(path): an added token has no content or id", fix: "mend the file")
            }
            return (Array(content.utf8), id)
        }
        return tokens.filter { !$0.text.isEmpty }.sorted { $0.text.count > $1.text.count }
    }

    // MARK: Encoding

    func encode(_ text: UnsafeBufferPointer<UInt8>, _ body: (Int64) -> Void) {
        var start = 0
        var position = 0
        while position < text.count {
            guard let token = addedToken(text, at: position) else {
                position += 1
                continue
            }
            encodePlain(UnsafeBufferPointer(rebasing: text[start..<position]), body)
            body(token.id)
            position += token.text.count
            start = position
        }
        encodePlain(UnsafeBufferPointer(rebasing: text[start...]), body)
    }

    private func addedToken(_ text: UnsafeBufferPointer<UInt8>, at position: Int) -> (text: [UInt8], id: Int64)? {
        added.first { token in
            token.text[0] == text[position] && token.text.count <= text.count - position
                && token.text.indices.allSatisfy { token.text[$0] == text[position + $0] }
        }
    }

    private func encodePlain(_ text: UnsafeBufferPointer<UInt8>, _ body: (Int64) -> Void) {
        guard !text.isEmpty else { return }
        let normal = normalizer.apply(String(decoding: text, as: UTF8.self))
        cutter.cut(normal) { word in encodeWord(word, body) }
    }

    private func encodeWord(_ word: Substring.UnicodeScalarView, _ body: (Int64) -> Void) {
        let bytes = Array(String(word).utf8)
        if let ignoresMerges {
            let spelled = String(String.UnicodeScalarView(bytes.map { ByteAlphabet.characters[Int($0)] }))
            if let whole = ignoresMerges[spelled] { return body(Int64(whole)) }
        }
        let pieces = PairMerging.merge(bytes.map { byteIDs[Int($0)] }) { left, right in
            merges[Pair(left: left, right: right)].map { (Double($0.rank), $0.merged) }
        }
        for piece in pieces {
            if piece >= 0 { body(Int64(piece)) } else if let unknown { body(unknown) }
        }
    }
}
