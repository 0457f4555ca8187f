import Foundation
import Testing

@testable import SlipwayCore

/// Quotas out of made-up control groups.
@Suite struct ProcessorShareTests {
    private func folder<Result>(_ files: [String: String], _ body: (URL) throws -> Result) throws -> Result {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("cgroup-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        for (path, text) in files {
            let file = root.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return try body(root)
    }

    private func quota(_ files: [String: String]) throws -> Double? {
        try folder(files) { ProcessorShare.quota(root: $0) }
    }

    @Test func versionTwo() throws {
        let group = ["proc/self/cgroup": "0::/pods/one\n"]
        #expect(try quota(group.merging(["sys/fs/cgroup/pods/one/cpu.max": "150000 100000\n"]) { $1 }) == 1.5)
        #expect(try quota(group.merging(["sys/fs/cgroup/pods/one/cpu.max": "max 100000\n"]) { $1 }) == nil)
    }

    /// The limit of a group holds for those in it.
    @Test func theStrictestGroupDecides() throws {
        let files = [
            "proc/self/cgroup": "0::/pods/one\n", "sys/fs/cgroup/pods/cpu.max": "200000 100000",
            "sys/fs/cgroup/pods/one/cpu.max": "800000 100000",
        ]
        #expect(try quota(files) == 2)
    }

    /// A container sees its own group as the root, whatever its path outside.
    @Test func aContainersRoot() throws {
        #expect(
            try quota(["proc/self/cgroup": "0::/../../outside\n", "sys/fs/cgroup/cpu.max": "50000 100000"]) == 0.5)
        #expect(try quota(["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "300000 100000"]) == 3)
    }

    @Test func versionOne() throws {
        let files = [
            "proc/self/cgroup": "12:pids:/a\n4:cpu,cpuacct:/docker/x\n1:name=systemd:/docker/x\n",
            "sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us": "250000\n",
            "sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us": "100000\n",
        ]
        #expect(try quota(files) == 2.5)
        #expect(
            try quota([
                "proc/self/cgroup": "4:cpu:/\n", "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
            ]) == nil)
    }

    @Test func whatCannotBeReadSetsNoLimit() throws {
        #expect(try quota([:]) == nil)
        #expect(try quota(["proc/self/cgroup": "nonsense\n0::/x\n"]) == nil)
        for text in ["", "100000", "0 100000", "100000 0", "a b", "-5 100000", "inf 100000"] {
            #expect(try quota(["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": text]) == nil)
        }
    }

    @Test(arguments: [(8, nil, 8), (8, 2.0, 2), (8, 2.1, 3), (8, 0.2, 1), (4, 16.0, 4), (0, nil, 1)])
    func threads(_ processors: Int, _ quota: Double?, _ threads: Int) {
        #expect(ProcessorShare(processors: processors, quota: quota).threads == threads)
    }

    @Test func thisProcessMayRun() { #expect(ProcessorShare.current.threads >= 1) }

    @Test(arguments: [
        ("Name:\tx\nCpus_allowed:\t5\nCpus_allowed_list:\t0,2\n", 2), ("Cpus_allowed:\t00000001,ffffffff\n", 33),
        ("Cpus_allowed:\t0\n", nil), ("Cpus_allowed:\tx1\n", nil), ("Cpus_allowed:\n", nil), ("Name:\tx\n", nil),
    ])
    func affinityCounts(_ status: String, _ processors: Int?) throws {
        try folder(["proc/self/status": status]) { #expect(ProcessorShare.allowed(root: $0) == processors) }
    }

    @Test func noMoreProcessorsThanThereAre() throws {
        try folder(["proc/self/status": "Cpus_allowed:\t1\n"]) {
            #expect(ProcessorShare.read(root: $0).processors == 1)
        }
        try folder(["proc/self/status": "Cpus_allowed:\tffffffff,ffffffff,ffffffff,ffffffff\n"]) {
            #expect(ProcessorShare.read(root: $0).processors <= ProcessInfo.processInfo.activeProcessorCount)
        }
    }
}
