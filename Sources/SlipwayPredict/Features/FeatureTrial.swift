import Foundation
import SlipwayCore
public import SlipwayFeatureEngine
import SlipwayFeatures

/// Runs an fg.json on a few rows written as JSON, for trying features out.
public struct FeatureTrial: Sendable {
    public var fgJSONPath: String
    /// A JSON list of objects, column to value: text, number, list, list of lists, or object for a map.
    public var rowsPath: String
    public var environment: [String: String]

    public init(fgJSONPath: String, rowsPath: String, environment: [String: String] = [:]) {
        self.fgJSONPath = fgJSONPath
        self.rowsPath = rowsPath
        self.environment = environment
    }

    public struct Result: Sendable {
        /// A text a row, as `predict --debug_level 1` writes them; features without ids stand as their texts in quotes.
        public let lines: [String]
        public let counters: [(feature: String, counters: FeatureCounters)]
    }

    /// - Throws: what reading and compiling fg.json throws, `corrupt` for rows that are no list of objects.
    public func run() throws -> Result {
        let engine = try FeatureEngine(
            json: try MappedFile.contents(of: fgJSONPath),
            options: .init(
                hash: HashFunction(environment: environment),
                assetDirectory: URL(fileURLWithPath: fgJSONPath).deletingLastPathComponent().path))
        let rows = try Self.rows(rowsPath)
        let columns = engine.neededColumns.map { name in
            (name: name, column: Self.column(rows.map { $0[name] ?? .null }))
        }
        let session = FeatureSession(engine)
        var inputs = InputBatch(slots: engine.slots)
        try session.run(ColumnBatch(rowCount: rows.count, columns: columns), into: &inputs)
        let texts = engine.featureNames.compactMap { name in session.texts(of: name).map { (name, $0) } }
        let lines = try ParsedInputsText(engine.outputs, slots: engine.slots).lines(inputs)
        let whole = lines.enumerated().map { row, line in
            let more = texts.map { name, values in
                "\(name):\((row < values.count ? values[row] : []).map { "\"\($0)\"" }.joined(separator: ","))"
            }
            return ([line].filter { !$0.isEmpty } + more).joined(separator: " | ")
        }
        return Result(lines: whole, counters: session.counters)
    }

    private static func rows(_ path: String) throws -> [[String: FeatureValue]] {
        do {
            return try JSONDecoder().decode([[String: JSONCell]].self, from: Data(try MappedFile.contents(of: path)))
                .map { $0.mapValues(\.value) }
        } catch let error as SlipwayError {
            throw error
        } catch {
            throw SlipwayError(
                .corrupt, "\(path) is no JSON list of objects", fix: "write [{\"column\": value, …}, …]", cause: error)
        }
    }

    /// A column of the type that the values have; whole numbers among others become text or floats with them.
    private static func column(_ values: [FeatureValue]) -> Column {
        var column = ValueColumn(type: type(of: values))
        for value in values { column.append(value) }
        return column.finish()
    }

    private static func type(of values: [FeatureValue]) -> ColumnType {
        var scalar: ColumnType?
        var elements: [FeatureValue]?
        var keys: [FeatureValue]?
        for value in values {
            switch value {
            case .null: break
            case .list(let inner): elements = (elements ?? []) + inner
            case .map(let inner): keys = (keys ?? []) + stride(from: 1, to: inner.count, by: 2).map { inner[$0] }
            case .integer, .bool: scalar = scalar ?? .int64
            case .number, .float: scalar = scalar == .string ? .string : .double
            case .text: scalar = .string
            }
        }
        if let keys { return .map(key: .string, value: type(of: keys)) }
        if let elements { return .list(type(of: elements)) }
        return scalar ?? .string
    }

    /// One JSON value of a row.
    private struct JSONCell: Decodable {
        let value: FeatureValue

        init(from decoder: any Decoder) throws {
            let single = try decoder.singleValueContainer()
            if single.decodeNil() {
                value = .null
            } else if let text = try? single.decode(String.self) {
                value = .text(text)
            } else if let flag = try? single.decode(Bool.self) {
                value = .bool(flag)
            } else if let whole = try? single.decode(Int64.self) {
                value = .integer(whole)
            } else if let number = try? single.decode(Double.self) {
                value = .number(number)
            } else if let list = try? single.decode([JSONCell].self) {
                value = .list(list.map(\.value))
            } else {
                let members = try single.decode([String: JSONCell].self)
                value = .map(members.sorted { $0.key < $1.key }.flatMap { [.text($0.key), $0.value.value] })
            }
        }
    }
}
