public import SlipwayArtifact
public import SlipwayCore
public import SlipwayGraph
import SlipwayKernels

/// A compiled model: scores batches of inputs.
///
/// Immutable and shared by all workers; every worker brings a `PredictorScratch`. `run` is synchronous, single-threaded
/// and takes no locks. Large batches are the caller's to split.
public final class Predictor: Sendable {
    public let graph: Graph
    let plan: ExecutionPlan
    /// Rows of the largest batch that is run at once; larger ones are cut.
    public let maximumRows: Int?
    private let jagged: [JaggedInputs]
    /// Keeps the tables' memory.
    private let tables: [String: StoredTable]

    /// Compiles the graph of an opened package.
    public convenience init(package: Package, badIDs: BadIDPolicy = .asUpstream) throws {
        try self.init(package: package, badIDs: badIDs, emulatesReduced: false)
    }

    /// The same; with `emulatesReduced` layers in fewer bits give what they give on machines with instructions for them.
    package convenience init(package: Package, badIDs: BadIDPolicy, emulatesReduced: Bool) throws {
        try self.init(
            graph: package.graph, dense: package.dense, tables: package.tables,
            options: PlanOptions(badIDs: badIDs, reduced: package.reduced, emulatesReduced: emulatesReduced))
    }

    /// Compiles the graph of an opened package whose `regions` run by code of their own, on at most `maximumRows` at once.
    public convenience init(
        package: Package, regions: [CompiledRegion], maximumRows: Int, badIDs: BadIDPolicy = .asUpstream
    ) throws {
        try self.init(
            graph: package.graph, dense: package.dense, tables: package.tables,
            options: PlanOptions(badIDs: badIDs, reduced: package.reduced),
            regions: regions, maximumRows: maximumRows)
    }

    /// Compiles `graph` with its weights.
    ///
    /// - Parameters:
    ///   - dense: weights by parameter name; constants of the graph need no entry.
    ///   - tables: embedding tables by parameter name; their memory is read in place.
    ///
    /// Throws `notFound` for a missing weight, `mismatch` for one of another shape, `unsupported` for a type no step
    /// reads.
    public convenience init(
        graph: Graph, dense: [String: Tensor], tables: [String: StoredTable], badIDs: BadIDPolicy = .asUpstream
    ) throws {
        try self.init(graph: graph, dense: dense, tables: tables, options: PlanOptions(badIDs: badIDs))
    }

    /// The same with some layers in fewer bits, `dense` having what these stand for.
    package convenience init(
        graph: Graph, dense: [String: Tensor], tables: [String: StoredTable], reduced: [String: ReducedWeight],
        emulatesReduced: Bool, badIDs: BadIDPolicy = .asUpstream
    ) throws {
        try self.init(
            graph: graph, dense: dense, tables: tables,
            options: PlanOptions(badIDs: badIDs, reduced: reduced, emulatesReduced: emulatesReduced))
    }

    init(
        graph: Graph, dense: [String: Tensor], tables: [String: StoredTable], options: PlanOptions,
        regions: [CompiledRegion] = [], maximumRows: Int? = nil
    ) throws {
        self.graph = graph
        // An output with other rows than the batch's could not be put together again.
        let isCuttable = graph.outputs.allSatisfy { graph.type($0.value).dimensions.first == .batch }
        self.maximumRows = isCuttable ? maximumRows.map { max($0, 1) } : nil
        self.tables = tables
        var views: [String: EmbeddingTableView] = [:]
        for parameter in graph.tables {
            let type = graph.type(parameter.value)
            guard let table = tables[parameter.name] else {
                throw SlipwayError(.notFound, "table \(parameter.name) has no rows")
            }
            guard [table.rowCount, table.width] == type.dimensions.compactMap(\.size), table.dtype == type.dtype else {
                throw SlipwayError(
                    .mismatch,
                    "table \(parameter.name) is \(table.dtype.rawValue)[\(table.rowCount), \(table.width)]; "
                        + "the graph expects \(type)")
            }
            views[parameter.name] = try withContext("table \(parameter.name)") {
                try EmbeddingTableView(
                    table.bytes, rowCount: table.rowCount, rowStrideBytes: table.rowStride, width: table.width,
                    dtype: table.dtype)
            }
        }
        var planner = Planner(graph, dense: dense, tables: views, options, regions: regions)
        plan = try planner.plan()
        jagged = JaggedInputs.all(in: graph)
    }

    /// Checks that batches with these slots can be scored. Throws `notFound` or `mismatch` naming the input.
    public func bind(slots: [InputSlot]) throws {
        _ = try InputBinding(graph, slots: slots)
    }

    /// Scores one batch.
    public func run(_ inputs: InputBatch, scratch: PredictorScratch) throws -> PredictorOutputs {
        var outputs = PredictorOutputs()
        try run(inputs, scratch: scratch, into: &outputs)
        return outputs
    }

    /// Scores one batch into `outputs`, whose memory is used again.
    ///
    /// Throws `mismatch` naming the input that is not as long as it must be, and `outOfRange` for a bad id that the
    /// policy refuses. The scratch stays usable.
    public func run(_ inputs: InputBatch, scratch: PredictorScratch, into outputs: inout PredictorOutputs) throws {
        guard let most = maximumRows, inputs.rowCount > most else {
            return try runWhole(inputs, scratch: scratch, into: &outputs)
        }
        let pieces = BatchPieces(graph, inputs)
        // Pieces of equal size: none is small.
        let count = (inputs.rowCount + most - 1) / most
        var sum: PredictorOutputs?
        for index in 0..<count {
            let rows = inputs.rowCount * index / count..<inputs.rowCount * (index + 1) / count
            try runWhole(try pieces.piece(rows), scratch: scratch, into: &outputs)
            if sum == nil { sum = outputs } else { sum?.append(outputs) }
        }
        if let sum { outputs = sum }
    }

    private func runWhole(
        _ inputs: InputBatch, scratch: PredictorScratch, into outputs: inout PredictorOutputs
    ) throws {
        try withFrame(inputs, scratch: scratch) { frame in
            try plan.run(frame)
            try plan.collect(frame, into: &outputs)
        }
    }

    /// Runs `body` with the inputs bound and checked.
    func withFrame(_ inputs: InputBatch, scratch: PredictorScratch, _ body: (RunFrame) throws -> Void) throws {
        guard scratch.frame.layout === plan.layout else {
            throw SlipwayError(.internalFault, "the scratch was made for another predictor")
        }
        let binding: InputBinding
        if let known = scratch.binding, known.slots == inputs.slots {
            binding = known
        } else {
            binding = try InputBinding(graph, slots: inputs.slots)
            scratch.binding = binding
        }
        let frame = scratch.frame
        try frame.begin(rowCount: inputs.rowCount)
        try withInputs(binding, 0, inputs, frame) {
            for feature in jagged { try feature.check(frame) }
            try body(frame)
        }
    }

    /// Points the inputs from `index` on at the batch's memory and runs `body` while it stays there.
    private func withInputs(
        _ binding: InputBinding, _ index: Int, _ inputs: InputBatch, _ frame: RunFrame, _ body: () throws -> Void
    ) throws {
        guard index < binding.entries.count else { return try body() }
        let entry = binding.entries[index]
        func bind(_ base: UnsafeRawPointer?, _ count: Int) throws {
            guard count % max(entry.width, 1) == 0 else {
                throw SlipwayError(.mismatch, "input \(entry.name) has \(count) elements in rows of \(entry.width)")
            }
            let rows = entry.width == 0 ? inputs.rowCount : count / entry.width
            if entry.isPerRow, rows != inputs.rowCount {
                throw SlipwayError(
                    .mismatch, "input \(entry.name) has \(rows) rows; the batch has \(inputs.rowCount)")
            }
            try withContext("input \(entry.name)") { try frame.setSize(entry.value, axis: 0, rows) }
            try frame.bind(entry.value, base)
            try withInputs(binding, index + 1, inputs, frame, body)
        }
        switch entry.element {
        case .int64: try inputs.buffers[entry.slot].int64.withUnsafeBytes { try bind($0.baseAddress, $0.count / 8) }
        case .int32: try inputs.buffers[entry.slot].int32.withUnsafeBytes { try bind($0.baseAddress, $0.count / 4) }
        case .float: try inputs.buffers[entry.slot].float.withUnsafeBytes { try bind($0.baseAddress, $0.count / 4) }
        }
    }
}
