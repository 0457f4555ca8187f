import SlipwayCore
import SlipwayGraph
import SlipwayKernels

/// Turns a graph into steps. Lowerings read `analysis`, mark the nodes they take along, and emit steps.
struct Planner {
    let graph: Graph
    let analysis: GraphAnalysis
    let options: PlanOptions
    let weights = PlanWeights()
    private let dense: [String: Tensor]
    private let tables: [String: EmbeddingTableView]
    private let places: [Int: ConcatPlacement.Place]
    private var packed: [String: PackedWeights] = [:]
    private var reduced: [Int: ReducedWeights] = [:]
    private(set) var counters: [String] = []
    private(set) var steps: [PlannedStep] = []
    /// Nodes that an earlier step does.
    private var taken: Set<Int> = []
    /// Values that may lie in another value's memory during a run.
    private var sources: [Int: [Int]] = [:]
    /// Values that weights alone decide.
    private var folded: [Int: Tensor] = [:]
    /// Regions whose steps get their symbols when the layout is known.
    private var compiledSteps: [(step: Int, region: CompiledRegion, lookups: [CompiledStep.Lookup])] = []
    /// Names of the ops that run by their reference evaluation.
    private(set) var fallbacks: Set<String> = []

    private let regions: [CompiledRegion]

    init(
        _ graph: Graph, dense: [String: Tensor], tables: [String: EmbeddingTableView], _ options: PlanOptions,
        regions: [CompiledRegion] = []
    ) {
        self.regions = regions
        self.graph = graph
        self.dense = dense
        self.tables = tables
        self.options = options
        analysis = GraphAnalysis(graph, compiled: regions.reduce(into: []) { $0.formUnion($1.nodes) })
        places = options.fuses ? ConcatPlacement.places(analysis) : [:]
    }

    mutating func plan() throws -> ExecutionPlan {
        try foldConstants()
        for item in try RegionOrder.items(graph, regions, isLive: analysis.isLive) {
            switch item {
            case .node(let position):
                guard !taken.contains(position) else { continue }
                let node = graph.nodes[position]
                let place = "in node \(position), \(node.operationName)\(node.scope.isEmpty ? "" : " of \(node.scope)")"
                try withContext(place) { try lower(node, position) }
            case .region(let index): try run(regions[index], index)
            }
        }
        return try finish()
    }

    /// Emits the step of a region.
    private mutating func run(_ region: CompiledRegion, _ index: Int) throws {
        let lookups = try region.lookups.map { lookup -> CompiledStep.Lookup in
            guard let table = tables[lookup.table] else {
                throw SlipwayError(.notFound, "table \(lookup.table) has no rows")
            }
            return CompiledStep.Lookup(
                table: RegionTable(
                    rows: table.baseAddress, rowCount: table.rowCount, rowStrideBytes: table.rowStrideBytes,
                    mapsBadIDs: options.badIDs.kernelPolicy(table.dtype) == .map),
                feature: lookup.feature, counter: counter(lookup.feature))
        }
        compiledSteps.append((steps.count, region, lookups))
        steps.append(
            PlannedStep(
                step: CompiledStep(code: region.code, inputs: [], outputs: [], symbols: [], lookups: []),
                label: "compiled region \(index)", reads: region.inputs.map(\.index),
                writes: region.outputs.map(\.index)))
    }

    /// Evaluates the nodes that read weights only, so that their results are weights to the lowerings.
    private mutating func foldConstants() throws {
        for (position, node) in graph.nodes.enumerated() where analysis.isLive[position] {
            let isFree = node.results.allSatisfy {
                !analysis.isOutput[$0.index] && places[$0.index] == nil
                    && graph.type($0).dimensions.allSatisfy { $0.size != nil }
            }
            guard isFree, !node.operands.isEmpty, !analysis.compiled.contains(position) else { continue }
            let operands = try node.operands.compactMap { operand in
                try weight(operand.value).map { (operand.role, graph.type(operand.value), $0) }
            }
            guard operands.count == node.operands.count else { continue }
            let results = try withContext("in node \(position), \(node.operationName)") {
                try node.operation.evaluate(OperandValues(operands))
            }
            guard results.count == node.results.count else {
                throw SlipwayError(.internalFault, "\(results.count) results where \(node.results.count) are stated")
            }
            for (value, result) in zip(node.results, results) { folded[value.index] = result }
            take(position)
        }
    }

    private mutating func lower(_ node: Node, _ position: Int) throws {
        guard let lowering = LoweringTable.entries[node.operationName] else { return try fallBack(node) }
        try lowering(node, position, &self)
    }

    // MARK: For lowerings

    /// Adds a step. `reads` and `writes` say what must be alive while it runs.
    mutating func emit(_ step: any Step, _ node: Node, reads: [ValueID], writes: [ValueID]) {
        let label = node.scope.isEmpty ? node.operationName : "\(node.operationName) of \(node.scope)"
        steps.append(
            PlannedStep(step: step, label: label, reads: reads.map(\.index), writes: writes.map(\.index)))
    }

    /// Adds a step that reads all operands of `node` and writes its results.
    mutating func emit(_ step: any Step, _ node: Node) {
        emit(step, node, reads: node.operands.map(\.value), writes: node.results)
    }

    /// Marks the node at `position` as done by a step of another node.
    mutating func take(_ position: Int) { taken.insert(position) }

    /// Whether the node that makes `value` was left to another step.
    func isTaken(_ value: ValueID) -> Bool {
        guard let position = analysis.producer[value.index] else { return false }
        return taken.contains(position)
    }

    /// Notes that `value` may lie in the memory of `source`, which then lives as long.
    mutating func mayAlias(_ value: ValueID, _ source: ValueID) {
        sources[value.index, default: []].append(source.index)
    }

    /// True when `value` is written into a concatenation.
    func isPlaced(_ value: ValueID) -> Bool { places[value.index] != nil }

    /// True when `input` is written straight into `whole`, `offset` elements into each row.
    func isInPlace(_ input: ValueID, of whole: ValueID, _ offset: Int) -> Bool {
        guard let place = places[analysis.origin(of: input).index] else { return false }
        return place.whole == whole && place.offset == offset
    }

    /// Adds the step that runs `node` by its reference evaluation.
    mutating func fallBack(_ node: Node) throws {
        fallbacks.insert(node.operationName)
        var fixed: [Int: Tensor] = [:]
        for operand in node.operands {
            guard let parameter = analysis.parameter[operand.value.index], parameter.isTable else { continue }
            fixed[operand.value.index] = try floats(of: parameter)
        }
        emit(ReferenceStep(node, graph, tables: fixed), node)
    }

    /// The value of a weight, or of what weights alone decide; nil when `value` is none.
    func weight(_ value: ValueID) throws -> Tensor? {
        if let known = folded[value.index] { return known }
        guard let parameter = analysis.parameter[value.index], !parameter.isTable else { return nil }
        return try tensor(of: parameter)
    }

    /// The table that `value` is. Throws `internalFault` when it is none.
    func table(_ value: ValueID) throws -> EmbeddingTableView {
        guard let parameter = analysis.parameter[value.index], let table = tables[parameter.name] else {
            throw SlipwayError(.unsupported, "%\(graph[value].name) is looked up in, but is no table")
        }
        return table
    }

    /// The weight `value` packed for products; nil when it is no weight. `transposed` for [K, N] instead of [N, K].
    mutating func packedWeight(_ value: ValueID, transposed: Bool = false) throws -> PackedWeights? {
        guard let tensor = try weight(value), tensor.shape.count == 2 else { return nil }
        let key = "\(transposed ? "t" : "n")\(value.index)"
        if let known = packed[key] { return known }
        let own = transposed ? tensor.transposed : tensor
        let matrix = try own.floats.withUnsafeBufferPointer {
            try PackedWeights(MatrixView($0.baseAddress, rows: own.shape[0], columns: own.shape[1]))
        }
        packed[key] = matrix
        return matrix
    }

    /// The weight [N, K] `value` for a layer's product: in fewer bits where the package has it so and they can be multiplied
    /// here, else as `packedWeight`.
    mutating func layerWeight(_ value: ValueID) throws -> (any LayerWeight)? {
        if let known = reduced[value.index] { return known }
        guard let name = analysis.parameter[value.index]?.name, let weight = options.reduced[name] else {
            return try packedWeight(value)
        }
        guard let own = try ReducedWeights(weight, variant: options.variant(weight.form)) else {
            return try packedWeight(value)
        }
        reduced[value.index] = own
        return own
    }

    /// The counter of mapped ids of `feature`.
    mutating func counter(_ feature: String) -> Int {
        if let known = counters.firstIndex(of: feature) { return known }
        counters.append(feature)
        return counters.count - 1
    }

    // MARK: Weights

    private func tensor(of parameter: Parameter) throws -> Tensor {
        let shape = graph.type(parameter.value).dimensions.compactMap(\.size)
        if let tensor = dense[parameter.name] {
            guard tensor.shape == shape else {
                throw SlipwayError(
                    .mismatch, "weight \(parameter.name) has shape \(tensor.shape); the graph expects \(shape)")
            }
            return tensor
        }
        guard case .constant(let values) = parameter.source else {
            throw SlipwayError(.notFound, "weight \(parameter.name) has no value")
        }
        return Tensor(shape: shape, floats: values)
    }

    private func floats(of parameter: Parameter) throws -> Tensor {
        let table = try table(parameter.value)
        var values = [Float](repeating: 0, count: table.rowCount * table.width)
        try values.withUnsafeMutableBufferPointer {
            try table.dequantize(
                from: 0, out: MutableMatrixView($0.baseAddress, rows: table.rowCount, columns: table.width))
        }
        return Tensor(shape: [table.rowCount, table.width], floats: values)
    }

    // MARK: The finished plan

    private mutating func finish() throws -> ExecutionPlan {
        var symbols: [String] = []
        func planned(_ dimension: Dimension) -> PlannedDimension {
            switch dimension {
            case .fixed(let size): return .fixed(size)
            case .symbol(let name):
                if let known = symbols.firstIndex(of: name) { return .symbol(known) }
                symbols.append(name)
                return .symbol(symbols.count - 1)
            }
        }
        var values = graph.values.map {
            PlannedValue(name: $0.name, dtype: $0.type.dtype, dimensions: $0.type.dimensions.map(planned))
        }
        for value in values where value.dimensions.count > Shape.maximumRank {
            throw SlipwayError(.unsupported, "%\(value.name) has \(value.dimensions.count) dimensions")
        }
        let read = Set(steps.flatMap(\.reads)).union(graph.outputs.map(\.value.index))
        for parameter in graph.parameters where !parameter.isTable && read.contains(parameter.value.index) {
            let type = graph.type(parameter.value)
            values[parameter.value.index].storage = .constant(
                try withContext("weight \(parameter.name)") {
                    try weights.store(try tensor(of: parameter), as: type.dtype)
                })
        }
        for (value, tensor) in folded where read.contains(value) {
            let type = graph.values[value].type
            values[value].storage = .constant(try weights.store(tensor, as: type.dtype))
        }
        for (value, place) in places { values[value].storage = .part(of: place.whole.index, offset: place.offset) }
        for (index, region, lookups) in compiledSteps {
            let numbers = region.symbols.map { symbols.firstIndex(of: $0) ?? -1 }
            let planned = steps[index]
            steps[index] = PlannedStep(
                step: CompiledStep(
                    code: region.code, inputs: region.inputs.map(\.index), outputs: region.outputs.map(\.index),
                    symbols: numbers, lookups: lookups),
                label: planned.label, reads: planned.reads, writes: planned.writes)
        }
        let layout = PlanLayout(values: values, symbols: symbols, counters: counters)
        return ExecutionPlan(
            graph: graph, layout: layout, steps: Liveness(layout, sources: sources).withReleases(steps, graph),
            weights: weights, fallbacks: fallbacks)
    }
}
