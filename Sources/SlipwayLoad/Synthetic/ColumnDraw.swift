import SlipwayFeatureEngine

/// How the values of a column are made up.
enum ColumnDraw: Sendable, Equatable {
    /// One id or several of a range, low ones most often.
    case ids(count: Int, most: Int)
    case weightedIDs(count: Int, most: Int)
    case words([String], most: Int)
    /// Between two numbers, so many a value.
    case floats(width: Int, low: Float, high: Float)
    /// Words and numbers of a map.
    case map
    /// Some words.
    case text
    case idSteps(count: Int)
    case wordSteps([String])
    case floatSteps(width: Int, low: Float, high: Float)
}

extension ColumnDraw {
    /// Ids of tables without a stated size, of hashes and of words that nobody lists.
    private static let manyIDs = 1_000_000

    /// What fg.json says of a feature's values.
    ///
    /// - Parameters:
    ///   - key: of fg.json under which the column stands; nil where the column is the encoded feature itself.
    ///   - assetDirectory: where vocabularies lie.
    /// - Throws: as the entry's keys and the vocabulary file do.
    init(_ entry: FGEntry, key: String?, isSequence: Bool, assetDirectory: String) throws {
        let isEncoded = key == nil
        if key == "map" {
            self = .map
            return
        }
        if let key, ["user", "query", "document", "title"].contains(key) {
            self = .text
            return
        }
        let dimension = Int(try entry.integer("value_dim", in: 0...1 << 20) ?? (isEncoded ? 0 : 1))
        if let boundaries = try entry.floats("boundaries"), let low = boundaries.first, let high = boundaries.last,
            !isEncoded
        {
            let margin = max((high - low) / 4, 1)
            self = .floats(width: 1, low: low - margin, high: high + margin).steps(isSequence)
            return
        }
        if !isEncoded, let words = try Self.words(of: entry, in: assetDirectory), !words.isEmpty {
            self = isSequence ? .wordSteps(words) : .words(words, most: dimension == 1 ? 1 : 3)
            return
        }
        if let count = try Self.rows(of: entry, in: assetDirectory) {
            let count = min(count, Self.manyIDs)
            if isSequence {
                self = .idSteps(count: count)
            } else if try entry.flag("weighted") {
                self = .weightedIDs(count: count, most: 3)
            } else {
                self = .ids(count: count, most: dimension == 1 || isEncoded ? 1 : 3)
            }
            return
        }
        if entry.parameters["tokenizer_type"] != nil || entry.parameters["value_type"] == "string" {
            self = isEncoded ? .ids(count: 100, most: 3) : .text
            return
        }
        self = Self.floats(width: max(dimension, 1), low: 0, high: 1).steps(isSequence)
    }

    private func steps(_ isSequence: Bool) -> ColumnDraw {
        guard isSequence, case .floats(let width, let low, let high) = self else { return self }
        return .floatSteps(width: width, low: low, high: high)
    }

    /// The words that have ids; nil where ids are made otherwise.
    private static func words(of entry: FGEntry, in folder: String) throws -> [String]? {
        if let list = try entry.texts("vocab_list") { return list.filter { !$0.isEmpty && $0 != "<OOV>" } }
        if let keys = try entry.keys("vocab_dict") { return keys }
        guard let file = try entry.text("vocab_file"), entry.parameters["tokenizer_type"] == nil else { return nil }
        let path = file.hasPrefix("/") ? file : "\(folder)/\(file)"
        return try VocabularyReader.read(path).map { String(decoding: $0.word, as: UTF8.self) }.filter { !$0.isEmpty }
    }

    /// How many ids there are; nil for features without ids.
    private static func rows(of entry: FGEntry, in folder: String) throws -> Int? {
        for key in ["num_buckets", "hash_bucket_size"] {
            guard let text = try entry.text(key), let number = UInt64(text), number > 0 else { continue }
            return Int(min(number, UInt64(manyIDs)))
        }
        if let boundaries = try entry.floats("boundaries") { return boundaries.count + 1 }
        return try words(of: entry, in: folder).map { max($0.count, 1) }
    }

    /// A value.
    ///
    /// - Parameter steps: of a sequence.
    func value(_ numbers: inout SeededNumbers, steps: Int, exponent: Double) -> ProtoRequest.Value {
        switch self {
        case .ids(let count, let most):
            let values = Self.several(most, &numbers) { Self.id(count, exponent, &$0) }
            return values.count == 1 ? .whole(values[0]) : .wholes(values)
        case .weightedIDs(let count, let most):
            let ids = Set(Self.several(most, &numbers) { Self.id(count, exponent, &$0) }).sorted()
            return .wholeFloats(ids.map { ($0, Float(numbers.unit())) })
        case .words(let words, let most):
            let values = Self.several(most, &numbers) { Self.word(words, exponent, &$0) }
            return values.count == 1 ? .text(values[0]) : .texts(values)
        case .floats(let width, let low, let high):
            guard width > 1 else { return .float(Self.float(low, high, &numbers)) }
            return .floats((0..<width).map { _ in Self.float(low, high, &numbers) })
        case .map:
            return .textFloats((0..<4).map { _ in ("\(Self.id(1000, exponent, &numbers))", Float(numbers.unit())) })
        case .text:
            return .text(Self.several(6, &numbers) { "w\(Self.id(10_000, exponent, &$0))" }.joined(separator: " "))
        case .idSteps(let count): return .wholes((0..<steps).map { _ in Self.id(count, exponent, &numbers) })
        case .wordSteps(let words): return .texts((0..<steps).map { _ in Self.word(words, exponent, &numbers) })
        case .floatSteps(let width, let low, let high):
            guard width > 1 else { return .floats((0..<steps).map { _ in Self.float(low, high, &numbers) }) }
            return .floatLists(
                (0..<steps).map { _ in (0..<width).map { _ in Self.float(low, high, &numbers) } })
        }
    }

    private static func several<T>(_ most: Int, _ numbers: inout SeededNumbers, _ one: (inout SeededNumbers) -> T)
        -> [T]
    {
        let count = most <= 1 ? 1 : Int(numbers.next() % UInt64(most)) + 1
        return (0..<count).map { _ in one(&numbers) }
    }

    private static func id(_ count: Int, _ exponent: Double, _ numbers: inout SeededNumbers) -> Int64 {
        Int64(ZipfSampler(count: count, exponent: exponent).rank(&numbers) - 1)
    }

    private static func word(_ words: [String], _ exponent: Double, _ numbers: inout SeededNumbers) -> String {
        words[Int(id(words.count, exponent, &numbers))]
    }

    private static func float(_ low: Float, _ high: Float, _ numbers: inout SeededNumbers) -> Float {
        low + (high - low) * Float(numbers.unit())
    }
}
