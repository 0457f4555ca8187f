import Foundation
import SlipwayKernels

/// What this machine is, for a reader to judge times by.
enum Machine {
    static var description: String {
        let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = info.split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return [
            model ?? "unknown processor", "\(cores) core\(cores == 1 ? "" : "s")",
            "\(InstructionSet.current.name) kernels",
        ].joined(separator: ", ")
    }
}
