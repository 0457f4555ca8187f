import Foundation

/// What every Prometheus client tells of its process, read from /proc.
enum ProcessMetrics {
    static func read(into metrics: ServingMetrics) {
        let page = Double(sysconf(Int32(_SC_PAGESIZE)))
        if let words = text("/proc/self/statm")?.split(separator: " "), words.count > 1, let pages = Double(words[1]) {
            metrics.gauge("process_resident_memory_bytes", pages * page)
        }
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            let seconds = { (time: timeval) in Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
            metrics.setProcessorSeconds(seconds(usage.ru_utime) + seconds(usage.ru_stime))
        }
        if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            metrics.gauge("process_open_fds", Double(open.count))
        }
    }

    /// Bytes in memory now; 0 where that cannot be told.
    static func residentBytes() -> Int {
        guard let words = text("/proc/self/statm")?.split(separator: " "), words.count > 1, let pages = Int(words[1])
        else { return 0 }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
