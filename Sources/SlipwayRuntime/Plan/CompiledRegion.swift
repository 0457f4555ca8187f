public import SlipwayGraph

/// Nodes of a graph that code from outside runs as one step.
///
/// No value leaves the region and comes back to it. Everything its nodes read from elsewhere is an input, weights excepted;
/// everything others read of it, or the graph gives, is an output.
public struct CompiledRegion: Sendable {
    /// Positions in the graph.
    public let nodes: Set<Int>
    public let inputs: [ValueID]
    public let outputs: [ValueID]
    /// Symbols by the code's number.
    public let symbols: [String]
    /// Tables that the code reads, by its number: parameter names, and the feature of each lookup.
    public let lookups: [(table: String, feature: String)]
    public let code: any RegionCode

    public init(
        nodes: Set<Int>, inputs: [ValueID], outputs: [ValueID], symbols: [String],
        lookups: [(table: String, feature: String)], code: any RegionCode
    ) {
        self.nodes = nodes
        self.inputs = inputs
        self.outputs = outputs
        self.symbols = symbols
        self.lookups = lookups
        self.code = code
    }
}

/// Memory of a value as code reads or writes it: rows of contiguous elements, `stride` elements apart.
public struct RegionValue {
    public let base: UnsafeMutableRawPointer
    public let stride: Int
}

/// A table as code reads it.
public struct RegionTable: @unchecked Sendable {
    public let rows: UnsafeRawPointer?
    public let rowCount: Int
    public let rowStrideBytes: Int
    /// Whether bad ids are mapped, else refused.
    public let mapsBadIDs: Bool
}

/// What runs a region. Immutable; called from several threads at once, each call with memory of its own.
public protocol RegionCode: Sendable {
    /// Checks lengths, fills in the sizes that are -1 and gives the bytes of arena that a run needs.
    ///
    /// Throws `mismatch` where lengths do not fit.
    func measure(inputs: [RegionValue], sizes: inout [Int64]) throws -> Int

    /// Computes the outputs. `arena` has the measured bytes and lies on 64 bytes. Gives, for each lookup, how many ids were
    /// mapped and the position of the first bad one.
    ///
    /// Throws `outOfRange` where a bad id is refused, and puts its place into `reports`.
    func run(
        inputs: [RegionValue], outputs: [RegionValue], sizes: [Int64], tables: [RegionTable],
        reports: inout [(firstBad: Int, mapped: Int)], arena: UnsafeMutableRawPointer, arenaBytes: Int) throws
}
