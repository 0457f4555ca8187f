import Foundation
import SlipwayCore
package import SlipwayData
package import SlipwayRedis
import SlipwayScheduling

/// Writes the rows of Parquet or CSV into Redis as a generation of their own, and has it served once all of it is there. Until
/// then, and when the load breaks off, servers go on with the generation before.
package struct RedisItemLoader: Sendable {
    package struct Options: Sendable {
        /// The column with the ids.
        package var key = "item_id"
        /// Columns to write; nil for all.
        package var columns: [String]?
        package var batchRows = 500
        /// Nil for one named by the time.
        package var generation: String?
        /// Generations kept beside the new one.
        package var keep = 1
        /// Items go by themselves after so long; nil for never.
        package var expireSeconds: Int?
        package var takesOver = false
        /// Ask for every item once all are written.
        package var verifies = true
        package var timeoutMs = 5000

        package init() {}
    }

    package struct Summary: Sendable {
        package var generation: String
        package var items = 0
        /// Rows of an id that came before, whose first counts, and rows without an id.
        package var duplicates = 0
        package var withoutID = 0
        /// Commands sent again because a server failed.
        package var retries = 0
        package var dropped: [String] = []
        /// It was loaded before, and nothing was written.
        package var wasThere = false
        package var warning: String?
    }

    private let generations: RedisGenerations
    private let client: RedisClient
    private let paths: String
    private let format: RowFormat
    private let options: Options

    /// - Parameter paths: files, folders and globs, as other commands take them.
    /// - Throws: `invalidArgument` for a name that no generation may have.
    package init(_ client: RedisClient, paths: String, format: RowFormat? = nil, _ options: Options) throws {
        if let name = options.generation, !ItemKeys.isGeneration(name) {
            throw SlipwayError(
                .invalidArgument, "a generation cannot be called \"\(name.prefix(100))\"",
                fix: "use up to 64 letters, digits, dots, dashes and underscores")
        }
        self.client = client
        self.paths = paths
        // Folders need no ending.
        self.format = format ?? RowFormat.detected(from: paths) ?? .parquet
        self.options = options
        generations = RedisGenerations(client, timeoutMs: options.timeoutMs)
    }

    /// Loads.
    ///
    /// - Parameter progress: called after each batch with the share done and the items written.
    /// - Throws: as reading does; `ioFailure` naming the rows, when Redis does not take them after several tries;
    ///   `alreadyExists` while another process loads.
    package func run(_ progress: (_ fraction: Double, _ items: Int) -> Void = { _, _ in }) throws -> Summary {
        let schema = try RowReader(paths: paths, format: format, columns: nil, batchSize: 1).schema
        let columns = try self.columns(schema)
        let name = options.generation ?? Self.name(Date())
        let known = try generations.list()
        if let there = known.first(where: { $0.name == name }), there.facts.isComplete {
            if !there.isCurrent { try generations.serve(name) }
            var summary = Summary(generation: name, items: there.facts.items)
            summary.wasThere = true
            return summary
        }
        let token = "\(ProcessInfo.processInfo.hostName) \(ProcessInfo.processInfo.processIdentifier) for \(name)"
        let lock = try LoadLock(generations, token: token, takesOver: options.takesOver)
        defer { lock.release() }
        // Whoever began these is gone, or has just lost the right to go on.
        for other in known where !other.facts.isComplete && !other.isCurrent && other.name != name {
            try generations.drop(other.name)
        }
        var facts = GenerationFacts(created: Date().timeIntervalSince1970.rounded(), source: paths)
        try generations.one(["HSET", generations.keys.generations, name, facts.json])
        try generations.one(["DEL", generations.keys.columns(name)])
        let types = ([options.key] + columns).flatMap { [$0, schema[$0]?.description ?? "string"] }
        try generations.one(["HSET", generations.keys.columns(name)] + types)
        var summary = try write(name, columns, isResumed: known.contains { $0.name == name }, lock, progress)
        if options.verifies { try verify(name, lock) }
        facts.isComplete = true
        facts.items = summary.items
        try lock.serve(name, facts)
        do {
            try dropOld(&summary)
        } catch {
            // The new generation is served; what is left goes with the next load.
            summary.warning = "earlier generations could not be removed: \(error)"
        }
        return summary
    }

    /// A generation named by the time, in UTC.
    static func name(_ date: Date) -> String {
        let parts = Calendar(identifier: .iso8601).dateComponents(
            in: TimeZone(secondsFromGMT: 0) ?? .current, from: date)
        func two(_ part: Int?) -> String { (part ?? 0) < 10 ? "0\(part ?? 0)" : "\(part ?? 0)" }
        return
            "\(parts.year ?? 0)\(two(parts.month))\(two(parts.day))T\(two(parts.hour))\(two(parts.minute))\(two(parts.second))"
    }

    private func columns(_ schema: RowSchema) throws -> [String] {
        guard schema[options.key] != nil else {
            throw SlipwayError(
                .notFound, "\(paths) has no column \(options.key) with the item ids",
                fix: "name the column with --item-key")
        }
        let all = schema.fields.map(\.name)
        for column in options.columns ?? [] where !all.contains(column) {
            throw SlipwayError(
                .notFound, "\(paths) has no column \(column)", fix: "its columns are \(all.joined(separator: ", "))")
        }
        return (options.columns ?? all).filter { $0 != options.key }
    }

    // MARK: Writing

    private func write(
        _ name: String, _ columns: [String], isResumed: Bool, _ lock: LoadLock,
        _ progress: (Double, Int) -> Void
    ) throws -> Summary {
        let reader = try RowReader(
            paths: paths, format: format, columns: [options.key] + columns, batchSize: options.batchRows)
        var summary = Summary(generation: name)
        var seen = SeenIDs()
        var row = 0
        while let batch = try reader.next() {
            try lock.renew()
            let commands = try self.commands(batch, name, columns, isResumed: isResumed, &seen, &summary)
            try withContext("rows \(row) to \(row + batch.rowCount - 1), generation \(name)") {
                _ = try generations.all(commands) { summary.retries += $0 }
            }
            row += batch.rowCount
            progress(reader.progress, summary.items)
        }
        return summary
    }

    private func commands(
        _ batch: ColumnBatch, _ name: String, _ columns: [String], isResumed: Bool, _ seen: inout SeenIDs,
        _ summary: inout Summary
    ) throws -> [RedisCommand] {
        guard let ids = batch[options.key] else { return [] }
        let own = columns.compactMap { name in batch[name].map { (name: Array(name.utf8), column: $0) } }
        let verb = Array("HSET".utf8)
        let keyField = Array(options.key.utf8)
        var commands: [RedisCommand] = []
        for row in 0..<batch.rowCount {
            guard let id = try id(ids, row) else {
                summary.withoutID += 1
                continue
            }
            guard seen.insert(id) else {
                summary.duplicates += 1
                continue
            }
            let key = generations.keys.item(String(decoding: id, as: UTF8.self), name)
            if isResumed { commands.append(RedisCommand(["DEL", key], key: 1)) }
            var words = [verb, Array(key.utf8), keyField, id]
            for (name, column) in own {
                if let value = ItemValue.encoded(column, row) { words += [name, value] }
            }
            commands.append(RedisCommand(words, key: 1))
            if let seconds = options.expireSeconds {
                commands.append(RedisCommand(["EXPIRE", key, "\(seconds)"], key: 1))
            }
            summary.items += 1
        }
        return commands
    }

    private func id(_ ids: Column, _ row: Int) throws -> [UInt8]? {
        switch ids.type {
        case .list, .map:
            throw SlipwayError(
                .mismatch, "the column \(options.key) holds \(ids.type), which is no id",
                fix: "name another with --item-key")
        default: return ItemValue.encoded(ids, row)
        }
    }

    /// Whether every item is there: a server that was replaced meanwhile may have lost some.
    private func verify(_ name: String, _ lock: LoadLock) throws {
        let reader = try RowReader(
            paths: paths, format: format, columns: [options.key], batchSize: options.batchRows * 4)
        while let batch = try reader.next() {
            try lock.renew()
            guard let ids = batch[options.key] else { continue }
            let there = try (0..<batch.rowCount).compactMap { try id(ids, $0) }.map {
                String(decoding: $0, as: UTF8.self)
            }
            let replies = try generations.all(
                there.map { RedisCommand(["EXISTS", generations.keys.item($0, name)], key: 1) })
            guard let lost = zip(there, replies).first(where: { $1 != .integer(1) }) else { continue }
            throw SlipwayError(
                .ioFailure, "item \(lost.0) is not there any more (generation \(name))",
                fix: "a server was replaced or evicts keys: look at maxmemory-policy, and load again")
        }
    }

    private func dropOld(_ summary: inout Summary) throws {
        let old = try generations.list().filter { $0.name != summary.generation && !$0.isCurrent }
        for entry in old.filter(\.facts.isComplete).dropFirst(options.keep) + old.filter({ !$0.facts.isComplete }) {
            try generations.drop(entry.name)
            summary.dropped.append(entry.name)
        }
    }
}

/// Ids that came before, by 128 bits of hash each.
private struct SeenIDs {
    private struct Print: Hashable {
        let first: UInt64
        let second: UInt64
    }

    private var prints: Set<Print> = []

    /// False for one that came before.
    mutating func insert(_ id: [UInt8]) -> Bool {
        var first: UInt64 = 0xcbf2_9ce4_8422_2325
        var second: UInt64 = 0x9e37_79b9_7f4a_7c15
        for byte in id {
            first = (first ^ UInt64(byte)) &* 0x100_0000_01b3
            second = ((second << 7) | (second >> 57)) ^ (UInt64(byte) &* 0xff51_afd7_ed55_8ccd)
            second = second &* 0xc4ce_b9fe_1a85_ec53
        }
        return prints.insert(Print(first: first, second: second)).inserted
    }
}
