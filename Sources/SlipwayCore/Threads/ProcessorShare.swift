public import Foundation

/// How many threads this process may keep busy: its processors, or less where a control group limits its processor time.
public struct ProcessorShare: Sendable, Equatable {
    /// Processors that the process may run on.
    public let processors: Int
    /// Processors' worth of time that the strictest control group allows; nil without a limit.
    public let quota: Double?

    public init(processors: Int, quota: Double?) {
        self.processors = processors
        self.quota = quota
    }

    /// The quota rounded up, within 1 and the processors: a thread that waits for its share is better than time unused.
    public var threads: Int {
        let all = max(processors, 1)
        guard let quota, quota < Double(all) else { return all }
        return max(1, Int(quota.rounded(.up)))
    }

    /// This process's, read now.
    public static var current: ProcessorShare { read(root: URL(fileURLWithPath: "/")) }

    /// - Parameter root: where `proc` and `sys` are; another folder for tests.
    public static func read(root: URL) -> ProcessorShare {
        let all = ProcessInfo.processInfo.activeProcessorCount
        return ProcessorShare(processors: min(allowed(root: root) ?? all, all), quota: quota(root: root))
    }

    /// Processors that the scheduler lets the process run on (`taskset`, a container's cpuset), whether they are there or not;
    /// nil where the system does not say.
    public static func allowed(root: URL) -> Int? {
        // `Cpus_allowed:	ff,ffffffff`: a bit a processor.
        let name = "Cpus_allowed:"
        guard let status = text(root.appendingPathComponent("proc/self/status")),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) })
        else { return nil }
        let digits = line.dropFirst(name.count).filter { !$0.isWhitespace && $0 != "," }.map(\.hexDigitValue)
        let count = digits.reduce(0) { $0 + ($1 ?? 0).nonzeroBitCount }
        return count > 0 && !digits.contains(nil) ? count : nil
    }

    /// The smallest limit among the process's control groups and those they are in, of version 1 and 2.
    ///
    /// In a container a group's own folder may not be there; the root of the hierarchy then is the container's. Files that
    /// cannot be read, or hold something else, set no limit.
    ///
    /// - Parameter root: where `proc` and `sys` are; another folder for tests.
    public static func quota(root: URL) -> Double? {
        guard let groups = text(root.appendingPathComponent("proc/self/cgroup")) else { return nil }
        var limits: [Double] = []
        for line in groups.split(separator: "\n") {
            // `0::/path` for version 2, `4:cpu,cpuacct:/path` for version 1.
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let path = fields[2].split(separator: "/").filter { $0 != ".." }.map(String.init)
            let controllers = fields[1].split(separator: ",")
            let mounts: [String]
            let limit: (URL) -> Double?
            if fields[0] == "0", controllers.isEmpty {
                (mounts, limit) = (["sys/fs/cgroup", "sys/fs/cgroup/unified"], unified)
            } else if controllers.contains("cpu") {
                (mounts, limit) = (["sys/fs/cgroup/\(fields[1])", "sys/fs/cgroup/cpu"], legacy)
            } else {
                continue
            }
            for mount in mounts {
                var folder = root.appendingPathComponent(mount)
                limits += [limit(folder)].compactMap { $0 }
                for name in path {
                    folder.appendPathComponent(name)
                    limits += [limit(folder)].compactMap { $0 }
                }
            }
        }
        return limits.min()
    }

    /// `cpu.max`: microseconds of time, or `max`, in a period of so many.
    private static func unified(_ folder: URL) -> Double? {
        guard let fields = text(folder.appendingPathComponent("cpu.max"))?.split(whereSeparator: \.isWhitespace),
            fields.count == 2
        else { return nil }
        return share(Double(fields[0]), Double(fields[1]))
    }

    /// Two files; a time of -1 is no limit.
    private static func legacy(_ folder: URL) -> Double? {
        func number(_ name: String) -> Double? {
            text(folder.appendingPathComponent(name)).flatMap {
                Double($0.trimmingCharacters(in: .whitespacesAndNewlines))
            }
        }
        return share(number("cpu.cfs_quota_us"), number("cpu.cfs_period_us"))
    }

    private static func share(_ time: Double?, _ period: Double?) -> Double? {
        guard let time, let period, time > 0, period > 0, time.isFinite, period.isFinite else { return nil }
        return time / period
    }

    private static func text(_ file: URL) -> String? { try? String(contentsOf: file, encoding: .utf8) }
}
