import Foundation
import SlipwayCore

/// One table of a `dynamicemb` folder: for every rank a file of keys (i64) and one of values (f32), row by row.
///
/// Files are called `<table>_emb_keys.rank_<r>.world_size_<w>` and `<table>_emb_values.…`; scores, counters and optimizer
/// state beside them are not read. Source: `dump` in dynamicemb's `batched_dynamicemb_tables.py`.
struct DynamicTableFiles: Sendable {
    /// The files of one rank.
    struct Shard: Sendable {
        let keys: MappedFile
        let values: MappedFile
        /// Of the table's rows.
        let rows: Range<Int>
    }

    let name: String
    let folder: String
    let shards: [Shard]
    /// Rows of all ranks.
    let keyCount: Int
    /// Width of a row; nil when there are no rows to tell it by.
    let width: Int?

    /// Maps the files of `name`. Throws `corrupt` naming the file that is missing, cut off or does not fit the others.
    init(name: String, folder: String, files: [DynamicFileName]) throws {
        self.name = name
        self.folder = folder
        let worlds = Set(files.map(\.worldSize)).sorted()
        guard let world = worlds.first, worlds.count == 1 else {
            throw SlipwayError(
                .corrupt, "\(folder) holds files of \(name) from runs of \(worlds) ranks",
                fix: "keep those of one run")
        }
        let present = Set(files.map(\.rank))
        if let other = present.sorted().first(where: { $0 >= world }) {
            throw SlipwayError(
                .corrupt,
                "\(folder) holds \(DynamicFileName.text(name, "keys", other, world)), but the table has "
                    + "\(world) ranks", fix: "keep the files of one run")
        }
        if let missing = (0..<world).first(where: { !present.contains($0) }) {
            throw SlipwayError(
                .corrupt,
                "\(folder) lacks \(DynamicFileName.text(name, "keys", missing, world)): the table has "
                    + "\(world) ranks", fix: "copy the files of every rank")
        }
        var shards: [Shard] = [], first = 0, width: Int?
        for rank in 0..<world {
            let keys = try Self.map(folder, name, "keys", rank, world)
            let values = try Self.map(folder, name, "values", rank, world)
            let count = keys.bytes.count / 8
            guard keys.bytes.count % 8 == 0 else {
                throw SlipwayError(
                    .corrupt, "\(keys.path) has \(keys.bytes.count) bytes, which is no number of 8-byte keys",
                    fix: Self.copyAgain)
            }
            guard count == 0 ? values.bytes.isEmpty : values.bytes.count % (4 * count) == 0 && !values.bytes.isEmpty
            else {
                throw SlipwayError(
                    .corrupt, "\(values.path) has \(values.bytes.count) bytes, which are no rows for \(count) keys",
                    fix: Self.copyAgain)
            }
            if count > 0 {
                let own = values.bytes.count / (4 * count)
                if let known = width, known != own {
                    throw SlipwayError(
                        .corrupt, "\(values.path) has rows of \(own), other ranks of \(known)", fix: Self.copyAgain)
                }
                width = own
            }
            shards.append(Shard(keys: keys, values: values, rows: first..<first + count))
            first += count
        }
        self.shards = shards
        self.width = width
        keyCount = first
    }

    private static let copyAgain = "copy the file again from where it was trained"

    private static func map(
        _ folder: String, _ name: String, _ item: String, _ rank: Int, _ world: Int
    ) throws -> MappedFile {
        let path = "\(folder)/\(DynamicFileName.text(name, item, rank, world))"
        guard FileManager.default.fileExists(atPath: path) else {
            throw SlipwayError(
                .corrupt, "\(path) does not exist, but other files of the table do", fix: "copy the files of every rank"
            )
        }
        return try MappedFile(path: path)
    }

    /// Throws `corrupt` naming a key that two rows have.
    func checkKeys() throws {
        var keys: [Int64] = []
        keys.reserveCapacity(keyCount)
        for shard in shards {
            for index in 0..<shard.rows.count {
                keys.append(shard.keys.bytes.loadUnaligned(fromByteOffset: 8 * index, as: Int64.self))
            }
            shard.keys.discard(0..<shard.keys.bytes.count)
        }
        keys.sort()
        for (key, next) in zip(keys, keys.dropFirst()) where key == next {
            throw SlipwayError(
                .corrupt, "table \(name) in \(folder) has two rows for id \(key)",
                fix: "the files are of different runs; copy the folder again")
        }
    }
}

/// The parts of a name such as `item_emb_keys.rank_0.world_size_2`.
struct DynamicFileName: Sendable, Hashable {
    let table: String
    let rank: Int
    let worldSize: Int

    /// The parts of the name of a file of keys; nil for any other name.
    init?(keys file: String) {
        let parts = file.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 3, let rank = Self.number(parts[parts.count - 2], after: "rank_"),
            let world = Self.number(parts[parts.count - 1], after: "world_size_"), world <= 1 << 20
        else { return nil }
        let stem = parts.dropLast(2).joined(separator: ".")
        guard stem.hasSuffix("_emb_keys"), stem.count > "_emb_keys".count else { return nil }
        table = String(stem.dropLast("_emb_keys".count))
        self.rank = rank
        worldSize = world
    }

    private static func number(_ text: Substring, after prefix: String) -> Int? {
        guard text.hasPrefix(prefix) else { return nil }
        let digits = text.dropFirst(prefix.count)
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(digits)
    }

    static func text(_ table: String, _ item: String, _ rank: Int, _ world: Int) -> String {
        "\(table)_emb_\(item).rank_\(rank).world_size_\(world)"
    }
}
