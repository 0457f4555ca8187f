import SlipwayCore

/// One source laid over another: names that both have are read from `overlay`.
///
/// Names that only the overlay has are left out, so that its bookkeeping does not look like a parameter.
public struct OverlaidSource: TensorSource {
    public let tensors: [String: TensorInfo]
    private let base: any TensorSource
    private let overlay: any TensorSource
    private let covered: Set<String>

    /// Throws `mismatch` when the two disagree about a shape.
    public init(base: any TensorSource, overlay: any TensorSource) throws {
        var tensors = base.tensors
        var covered: Set<String> = []
        for (name, info) in overlay.tensors {
            guard let below = tensors[name] else { continue }
            guard below.shape == info.shape else {
                throw SlipwayError(
                    .mismatch, "\(name) has shape \(info.shape) over one of shape \(below.shape)",
                    fix: "use folders written by the same training step")
            }
            tensors[name] = info
            covered.insert(name)
        }
        self.tensors = tensors
        self.base = base
        self.overlay = overlay
        self.covered = covered
    }

    private func source(of name: String) -> any TensorSource { covered.contains(name) ? overlay : base }

    public func readRows(_ name: String, _ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws {
        try source(of: name).readRows(name, rows, into: target)
    }

    public func discardRows(_ name: String, _ rows: Range<Int>) {
        source(of: name).discardRows(name, rows)
    }
}
