import Foundation
import SlipwayCore
import SlipwayOnline

/// Memory, processors and number of the replicas that serve a package, by the rules of docs/OPERATIONS.md.
struct ReplicaSize {
    let memoryMB: Int
    let cpu: Int
    let instances: Int
    let notes: [String]

    /// The process itself, its log and its requests.
    private static let restMB = 768
    /// Free-form sizes: so much memory has a processor.
    private static let memoryPerProcessorMB = 8192
    /// Of what a replica bears; the rest is for the time until there is another one.
    private static let usedShare = 0.6

    init(_ package: String, _ settings: ServingSettings, _ options: EASConfig.Options) throws {
        let packageMB = (try Self.bytes(package) + (1 << 20) - 1) >> 20
        let itemsMB = settings.items == nil ? 0 : settings.itemCacheMB
        // A swap has both generations.
        let needed = ((2 * (packageMB + itemsMB) + Self.restMB) * 11 + 9) / 10
        let memory = options.memoryMB ?? (needed + 1023) / 1024 * 1024
        guard memory >= needed else {
            throw SlipwayError(
                .invalidArgument, "--memory-mb is \(memory), the package needs \(needed) MB while it is replaced",
                fix: "give \(needed) or more" + (itemsMB > 0 ? ", or lower item_cache_mb (\(itemsMB))" : ""))
        }
        memoryMB = memory
        cpu = options.cpu ?? max(2, (memory + Self.memoryPerProcessorMB - 1) / Self.memoryPerProcessorMB)
        var count = "the least with room for one that is lost"
        if let peak = options.peakRate, let one = options.instanceRate {
            let wanted = (peak / (Self.usedShare * one)).rounded(.up) + 1
            guard wanted <= 10_000 else {
                throw SlipwayError(
                    .invalidArgument, "\(peak) requests/s take \(wanted) instances of \(one) requests/s",
                    fix: "check --peak-rate and --rate-per-instance")
            }
            instances = max(3, Int(wanted))
            count = "\(peak) requests/s at 60 % of \(one) each, and one more; three at least"
        } else {
            instances = options.instances ?? 3
            if options.instances != nil { count = "as asked" }
        }
        let items = itemsMB > 0 ? " + \(itemsMB) item features" : ""
        notes = [
            "memory: \(memory) MB; 2 · (\(packageMB) package\(items)) + \(Self.restMB), and a tenth more: \(needed)",
            "processors: \(cpu)"
                + (options.cpu == nil ? ", one for each \(Self.memoryPerProcessorMB >> 10) GB, two at least" : ""),
            "instances: \(instances), \(count)",
        ]
    }

    /// The package's files together.
    private static func bytes(_ path: String) throws -> Int {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch { throw SlipwayError(.ioFailure, "\(path) cannot be listed: \(error)") }
        return names.reduce(0) { sum, name in
            var status = stat()
            return sum
                + (stat("\(path)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG
                    ? Int(status.st_size) : 0)
        }
    }
}
