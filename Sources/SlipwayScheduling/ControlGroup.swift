package import Foundation
import SlipwayCore

/// What the container may use: processors and memory, by its control group.
package struct ControlGroup: Sendable, Equatable {
    /// Processors, rounded up; what the scheduler allows where there is no quota.
    package let processors: Int
    /// The quota in processors; nil without one.
    package let quota: Double?
    /// Bytes of memory; nil where there is no limit.
    package let memoryLimitBytes: Int?

    package init(processors: Int, quota: Double?, memoryLimitBytes: Int?) {
        self.processors = processors
        self.quota = quota
        self.memoryLimitBytes = memoryLimitBytes
    }

    /// Reads version 2's files, then version 1's.
    ///
    /// - Parameter root: where `proc` and `sys` are; another folder for tests.
    package static func read(root: URL = URL(fileURLWithPath: "/")) -> ControlGroup {
        let share = ProcessorShare.read(root: root)
        let groups = root.appendingPathComponent("sys/fs/cgroup")
        let limits = ["memory.max", "memory/memory.limit_in_bytes"].compactMap { name in
            number(groups.appendingPathComponent(name))
        }
        // A version 1 group without a limit says a number near the largest there is.
        return ControlGroup(
            processors: share.threads, quota: share.quota,
            memoryLimitBytes: limits.first.flatMap { $0 > 0 && $0 < 1 << 60 ? $0 : nil })
    }

    private static func number(_ file: URL) -> Int? {
        (try? String(contentsOf: file, encoding: .utf8)).flatMap {
            Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }
}
