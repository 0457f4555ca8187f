import SlipwayCore
import SlipwayKernels

/// A kind of machine that code is compiled for.
public enum AOTTarget: String, Sendable, CaseIterable {
    case x86v4 = "x86-64-v4"
    case x86v3 = "x86-64-v3"
    case aarch64

    /// Clang's arguments.
    var arguments: [String] {
        switch self {
        case .x86v4: return ["--target=x86_64-unknown-linux-gnu", "-march=x86-64-v4", "-mprefer-vector-width=512"]
        case .x86v3: return ["--target=x86_64-unknown-linux-gnu", "-march=x86-64-v3"]
        case .aarch64: return ["--target=aarch64-unknown-linux-gnu", "-march=armv8-a"]
        }
    }

    /// Whether `kernels` say that this machine runs it. `SLIPWAY_ISA` counts: code is not run past it.
    func runs(on kernels: InstructionSet) -> Bool {
        switch self {
        case .x86v4: return kernels.name == "avx512"
        case .x86v3: return kernels.name == "avx512" || kernels.name == "avx2"
        case .aarch64: return kernels.name == "neon"
        }
    }

    /// The best one that this machine runs; nil where it runs none.
    public static var ofThisMachine: AOTTarget? { allCases.first { $0.runs(on: .current) } }

    /// Those of this machine's architecture.
    public static var native: [AOTTarget] {
        #if arch(arm64)
            return [.aarch64]
        #else
            return [.x86v4, .x86v3]
        #endif
    }

    /// Reads a list separated by commas. Throws `invalidArgument` naming the targets there are.
    public static func list(_ text: String) throws -> [AOTTarget] {
        var targets: [AOTTarget] = []
        for name in text.split(separator: ",").map({ $0.trimmingPrefix(while: \.isWhitespace) }) {
            guard let target = AOTTarget(rawValue: name.filter { !$0.isWhitespace }) else {
                throw SlipwayError(
                    .invalidArgument, "there is no target \(name)",
                    fix: "the targets are \(allCases.map(\.rawValue).joined(separator: ", "))")
            }
            if !targets.contains(target) { targets.append(target) }
        }
        guard !targets.isEmpty else {
            throw SlipwayError(
                .invalidArgument, "the list of targets is empty",
                fix: "the targets are \(allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return targets
    }
}
