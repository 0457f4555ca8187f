import ArgumentParser
import Foundation
import SlipwayCore
import SlipwayInspect
import SlipwayItems
import SlipwayRedis

struct ItemsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "items", abstract: "Fill Redis with item features for slipway serve.",
        subcommands: [LoadItemsCommand.self, ListItemsCommand.self, ServeItemsCommand.self])
}

struct LoadItemsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Write item features into Redis and have them served.",
        discussion: """
            Items are written as a generation of their own, which is served once all of it is there; servers take it up within \
            redis_poll_ms. A load that breaks off leaves the generation before, and the next one removes what it left.
            """)

    @Option(help: "Item features: a Parquet or CSV file, a folder or a glob, several separated by commas.")
    var items: String

    @OptionGroup var redis: RedisFlags

    @Option(help: "Column with the item ids.")
    var itemKey = "item_id"

    @Option(help: "Columns to write, separated by commas; by default all.")
    var columns: String?

    @Option(
        help: "Name of the generation; by default the time. One that was loaded before is served and not written again."
    )
    var generation: String?

    @Option(help: "Earlier generations kept. Servers need the one before until they have seen the new one.")
    var keep = 1

    @Option(help: "Seconds after which items go by themselves; by default never.")
    var expireSeconds: Int?

    @Option(name: [.customLong("batch_size"), .customLong("batch-size")], help: "Rows sent at once.")
    var batchSize = 500

    @Flag(help: "Take the right to load from a process that has it.")
    var takeOver = false

    @Flag(inversion: .prefixedNo, help: "Ask for every item before the generation is served.")
    var verify = true

    func validate() throws {
        guard (1...1000).contains(keep), (1...100_000).contains(batchSize),
            (1...Int(Int32.max)).contains(expireSeconds ?? 1)
        else {
            throw ValidationError(
                "--keep is a number from 1 to 1000, --batch-size from 1 to 100000, --expire-seconds above 0")
        }
    }

    func run() throws {
        let console = Console()
        var options = RedisItemLoader.Options()
        options.key = itemKey
        options.columns = columns.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
        options.generation = generation
        options.keep = keep
        options.expireSeconds = expireSeconds
        options.batchRows = batchSize
        options.takesOver = takeOver
        options.verifies = verify
        options.timeoutMs = redis.redisTimeoutMs
        let summary = try RedisItemLoader(try redis.client(), paths: items, options).run { fraction, items in
            console.progress(fraction: fraction, isLast: fraction >= 1) { seconds in
                "\(items) items, \(Int(Double(items) / seconds)) a second"
            }
        }
        if summary.wasThere {
            return console.line("generation \(summary.generation): \(summary.items) items, loaded before; it is served")
        }
        if summary.duplicates > 0 {
            console.line(
                "warning: \(Quantity.count(summary.duplicates, "row")) repeat the id of an item before; the first is kept"
            )
        }
        if summary.withoutID > 0 { console.line("warning: \(Quantity.count(summary.withoutID, "row")) have no id") }
        if summary.retries > 0 { console.line("\(Quantity.count(summary.retries, "command")) were sent again") }
        if let warning = summary.warning { console.line("warning: \(warning)") }
        let dropped = summary.dropped.isEmpty ? "" : ", removed \(summary.dropped.joined(separator: ", "))"
        console.line(
            "generation \(summary.generation): \(Quantity.count(summary.items, "item")) in "
                + "\(Console.duration(console.elapsed)), served\(dropped)")
    }
}

struct ListItemsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the generations of item features in Redis.")

    @OptionGroup var redis: RedisFlags

    func run() throws {
        let all = try RedisGenerations(try redis.client(), timeoutMs: redis.redisTimeoutMs).list()
        if all.isEmpty { try ReportOutput.line("there are no generations") }
        let time = ISO8601DateFormatter()
        for entry in all {
            let state = entry.isCurrent ? "served" : entry.facts.isComplete ? "kept" : "not complete"
            let created = time.string(from: Date(timeIntervalSince1970: entry.facts.created))
            try ReportOutput.line(
                "\(entry.name)  \(state)  \(Quantity.count(entry.facts.items, "item"))  \(created)  \(entry.facts.source)"
            )
        }
    }
}

struct ServeItemsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Have another generation served that is there already.")

    @Argument(help: "A generation of slipway items list.")
    var generation: String

    @OptionGroup var redis: RedisFlags

    func run() throws {
        try RedisGenerations(try redis.client(), timeoutMs: redis.redisTimeoutMs).serve(generation)
        Console.error("generation \(generation) is served")
    }
}
