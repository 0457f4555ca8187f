/// Query and title of an overlap, compared word by word.
struct OverlapTexts {
    let query: UnsafeBufferPointer<Token>
    let title: UnsafeBufferPointer<Token>
    let arena: ByteArena

    func isSame(_ a: Token, _ b: Token) -> Bool { Bytes.areEqual(a.text(in: arena), b.text(in: arena)) }

    /// Share of `words` that occur in `others`, repeated words counted each time.
    func share(of words: UnsafeBufferPointer<Token>, in others: UnsafeBufferPointer<Token>) -> Double {
        let common = words.count { word in others.contains { isSame(word, $0) } }
        return Double(common) / Double(words.count)
    }

    /// Where the query stands in the title as a whole; nil when it does not.
    var position: Int? {
        guard query.count <= title.count else { return nil }
        return (0...title.count - query.count).first { start in
            query.indices.allSatisfy { isSame(query[$0], title[start + $0]) }
        }
    }

    /// Positions in the title of each different query word; an empty list for a word it lacks.
    var places: [[Int]] {
        var distinct: [Token] = []
        for word in query where !distinct.contains(where: { isSame($0, word) }) { distinct.append(word) }
        return distinct.map { word in title.indices.filter { isSame(title[$0], word) } }
    }
}

/// The ways to measure an overlap. Source: the table of `overlap_feature` on upstream's feature page.
enum OverlapMethod: String, CaseIterable, Sendable {
    case queryCommonRatio = "query_common_ratio"
    case titleCommonRatio = "title_common_ratio"
    case isContain = "is_contain"
    case isEqual = "is_equal"
    case indexOf = "index_of"
    case proximityMinCover = "proximity_min_cover"
    case proximityMinDist = "proximity_min_dist"
    case proximityMaxDist = "proximity_max_dist"
    case proximityAvgDist = "proximity_avg_dist"

    func value(_ texts: OverlapTexts) -> Double {
        switch self {
        case .queryCommonRatio: return texts.share(of: texts.query, in: texts.title)
        case .titleCommonRatio: return texts.share(of: texts.title, in: texts.query)
        case .isContain: return texts.position == nil ? 0 : 1
        case .isEqual: return texts.query.count == texts.title.count && texts.position == 0 ? 1 : 0
        case .indexOf: return texts.position.map { Double($0) } ?? -1
        case .proximityMinCover: return Self.cover(texts.places)
        case .proximityMinDist, .proximityMaxDist, .proximityAvgDist:
            return distance(Self.distances(texts.places, far: texts.title.count + 1), far: texts.title.count + 1)
        }
    }

    /// Words of the shortest piece of the title that holds every query word; 0 when one is missing.
    private static func cover(_ places: [[Int]]) -> Double {
        guard !places.isEmpty, places.allSatisfy({ !$0.isEmpty }) else { return 0 }
        var next = [Int](repeating: 0, count: places.count)
        var best = Int.max
        while true {
            let now = places.indices.map { places[$0][next[$0]] }
            let low = now.min() ?? 0
            best = min(best, (now.max() ?? 0) - low + 1)
            guard let lowest = now.firstIndex(of: low), next[lowest] + 1 < places[lowest].count else {
                return Double(best)
            }
            next[lowest] += 1
        }
    }

    /// The closest distance of every pair of query words; `far` where one is missing.
    private static func distances(_ places: [[Int]], far: Int) -> [Int] {
        var result: [Int] = []
        for first in places.indices {
            for second in places.indices where second > first {
                let a = places[first], b = places[second]
                let near = a.map { x in b.map { y in abs(x - y) }.min() ?? far }.min()
                result.append(near ?? far)
            }
        }
        if places.count == 1 { result.append(places[0].isEmpty ? far : 0) }
        return result
    }

    private func distance(_ distances: [Int], far: Int) -> Double {
        guard let first = distances.first else { return Double(far) }
        switch self {
        case .proximityMinDist: return Double(distances.reduce(first, min))
        case .proximityMaxDist: return Double(distances.reduce(first, max))
        default: return Double(distances.reduce(0, +)) / Double(distances.count)
        }
    }
}
