import Foundation

/// What the container may use: processors and memory, by its control group.
package struct ControlGroup: Sendable, Equatable {
    /// Processors, rounded up; what the scheduler allows where there is no quota.
    package let processors: Int
    /// The quota in processors; nil without one.
    package let quota: Double?
    /// Bytes of memory; nil where there is no limit.
    package let memoryLimitBytes: Int?

    /// Reads version 2's files, then version 1's.
    package static func read(root: String = "/sys/fs/cgroup") -> ControlGroup {
        let allowed = ProcessInfo.processInfo.activeProcessorCount  // of the affinity mask
        let quota = quota(root)
        let memory = number("\(root)/memory.max") ?? number("\(root)/memory/memory.limit_in_bytes")
        return ControlGroup(
            processors: max(1, min(allowed, quota.map { Int($0.rounded(.up)) } ?? allowed)), quota: quota,
            memoryLimitBytes: memory.flatMap { $0 > 0 && $0 < 1 << 60 ? $0 : nil })
    }

    private static func quota(_ root: String) -> Double? {
        if let words = text("\(root)/cpu.max")?.split(separator: " "), words.count == 2 {
            guard let quota = Double(words[0]), let period = Double(words[1]), period > 0, quota > 0 else { return nil }
            return quota / period
        }
        guard let quota = number("\(root)/cpu/cpu.cfs_quota_us"), quota > 0,
            let period = number("\(root)/cpu/cpu.cfs_period_us"), period > 0
        else { return nil }
        return Double(quota) / Double(period)
    }

    private static func text(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func number(_ path: String) -> Int? { text(path).flatMap { Int($0) } }
}
