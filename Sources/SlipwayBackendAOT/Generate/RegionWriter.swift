import SlipwayCompile
import SlipwayCore
import SlipwayGraph
import SlipwayKernels

/// Writes the C functions of one region: keeps where each value lies and what has been written.
struct RegionWriter {
    /// Where a value lies: a pointer expression, and the elements from one row to the next.
    struct Place {
        let base: String
        let stride: String
        /// The value whose memory it is; nil for inputs and outputs.
        let owner: ValueID?
    }

    let graph: Graph
    let region: RegionPartition.Region
    let number: Int
    var weights: WeightList
    /// Values of weights.
    let weight: (ValueID) throws -> Tensor?
    /// Name and form of weights that are there in fewer bits.
    let reduced: (ValueID) -> (name: String, form: ReducedWeights.Form)?
    /// Whether target attention is multiplied in bf16 where the machine can.
    let reducesAttention: Bool
    private(set) var symbols: [String] = []
    private(set) var lookups: [(table: String, feature: String)] = []
    private(set) var needsLookups = false
    private var lines: [String] = []
    private var measures: [String] = []
    private var functions: [String] = []
    private var places: [ValueID: Place] = [:]
    private var slots = ArenaSlots()
    private var slotOf: [ValueID: Int] = [:]
    private var lastUse: [ValueID: Int] = [:]
    private var readers: [ValueID: [Int]] = [:]
    private var producers: [ValueID: Int] = [:]
    private var taken: Set<Int> = []
    private let isOutput: Set<ValueID>
    private let inConcat: [ValueID: (whole: ValueID, offset: Int)]
    private(set) var position = 0

    init(
        _ graph: Graph, _ region: RegionPartition.Region, number: Int, weights: WeightList,
        reducesAttention: Bool, weight: @escaping (ValueID) throws -> Tensor?,
        reduced: @escaping (ValueID) -> (name: String, form: ReducedWeights.Form)?
    ) {
        self.graph = graph
        self.region = region
        self.number = number
        self.weights = weights
        self.weight = weight
        self.reduced = reduced
        self.reducesAttention = reducesAttention
        isOutput = Set(region.outputs)
        for node in region.nodes {
            for operand in graph.nodes[node].operands {
                readers[operand.value, default: []].append(node)
                lastUse[operand.value] = node
            }
            for result in graph.nodes[node].results { producers[result] = node }
        }
        inConcat = Self.concatenations(graph, region, producers, isOutput)
        for (index, input) in region.inputs.enumerated() {
            places[input] = Place(
                base: "((const \(Self.element(graph.type(input).dtype)) *)in[\(index)].data)",
                stride: "in[\(index)].stride", owner: nil)
        }
        for (index, output) in region.outputs.enumerated() {
            places[output] = Place(base: "((float *)out[\(index)].data)", stride: "out[\(index)].stride", owner: nil)
        }
    }

    private static func element(_ dtype: DType) -> String {
        switch dtype {
        case .i32: return "int32_t"
        case .i64: return "int64_t"
        default: return "float"
        }
    }

    /// Values made straight in the concatenation they become a part of.
    private static func concatenations(
        _ graph: Graph, _ region: RegionPartition.Region, _ producers: [ValueID: Int], _ isOutput: Set<ValueID>
    ) -> [ValueID: (whole: ValueID, offset: Int)] {
        var result: [ValueID: (whole: ValueID, offset: Int)] = [:]
        for position in region.nodes {
            let node = graph.nodes[position]
            guard let concat = node.operation as? Concat, concat.axis == 1, let whole = node.results.first else {
                continue
            }
            var offset = 0
            for part in node.operands("input") {
                let width = graph.type(part).dimensions.dropFirst().compactMap(\.size).reduce(1, *)
                if result[part] == nil, !isOutput.contains(part), let producer = producers[part],
                    !(graph.nodes[producer].operation is Slice), !(graph.nodes[producer].operation is Reshape)
                {
                    result[part] = (whole, offset)
                }
                offset += width
            }
        }
        return result
    }

    // MARK: Going along the nodes

    /// Writes every node; `emit` writes the one at a position.
    mutating func write(_ emit: (Node, inout RegionWriter) throws -> Void) throws {
        for node in region.nodes {
            position = node
            if !taken.contains(node) {
                try withContext("in node \(node), \(graph.nodes[node].operationName)") {
                    try emit(graph.nodes[node], &self)
                }
            }
            releaseDead(at: node)
        }
    }

    private mutating func releaseDead(at position: Int) {
        for (value, slot) in slotOf where (lastUse[value] ?? -1) <= position {
            slots.release(slot)
            slotOf[value] = nil
        }
    }

    /// Marks a node as written by another one's step.
    mutating func take(_ node: Int) { taken.insert(node) }

    /// The only reader of `value`, when it is in the region and the value is read by it alone.
    func onlyReader(of value: ValueID) -> Int? {
        guard !isOutput.contains(value), let all = readers[value], all.count == 1 else { return nil }
        return all[0]
    }

    /// Position of the region's node that makes `value`.
    func producer(of value: ValueID) -> Int? { producers[value] }

    // MARK: Text

    mutating func line(_ text: String) { lines.append("    " + text) }

    /// A function of its own, before those of the region.
    mutating func function(_ text: String) { functions.append(text) }

    /// A check or a size that follows from lengths.
    mutating func measure(_ text: String) {
        if !measures.contains(text) { measures.append(text) }
    }

    // MARK: Sizes

    /// The number of a symbol.
    mutating func symbol(_ name: String) -> Int {
        if let known = symbols.firstIndex(of: name) { return known }
        symbols.append(name)
        return symbols.count - 1
    }

    /// How many rows `value` has, in C.
    mutating func rows(_ value: ValueID) throws -> String {
        guard case .symbol(let name)? = graph.type(value).dimensions.first else {
            throw SlipwayError(.internalFault, "%\(graph[value].name) has no symbol for its rows")
        }
        return "n[\(symbol(name))]"
    }

    /// Elements of a row.
    func inner(_ value: ValueID) -> Int { graph.type(value).dimensions.dropFirst().compactMap(\.size).reduce(1, *) }

    /// Sizes after the rows; one column for a vector.
    func sizes(_ value: ValueID) -> [Int] {
        let sizes = graph.type(value).dimensions.dropFirst().compactMap(\.size)
        return sizes.isEmpty ? [1] : sizes
    }

    // MARK: Places

    func place(_ value: ValueID) throws -> Place {
        guard let place = places[value] else {
            throw SlipwayError(.internalFault, "%\(graph[value].name) is read before it is made")
        }
        return place
    }

    func isDefined(_ value: ValueID) -> Bool { places[value] != nil && !isOutput.contains(value) }

    /// Gives `value` its place: an output's, inside a concatenation, or a slot.
    @discardableResult
    mutating func define(_ value: ValueID) throws -> Place {
        if let known = places[value] { return known }
        let place: Place
        if let (whole, offset) = inConcat[value] {
            let around = try define(whole)
            if let owner = around.owner { extend(owner, to: lastUse[value]) }
            place = Place(base: "(\(around.base) + \(offset))", stride: around.stride, owner: around.owner)
        } else {
            let width = inner(value)
            guard case .symbol(let name)? = graph.type(value).dimensions.first else {
                throw SlipwayError(.internalFault, "%\(graph[value].name) has no symbol for its rows")
            }
            let slot = slots.allocate(symbol: symbol(name), rowBytes: width * 4)
            slotOf[value] = slot
            if lastUse[value] == nil { lastUse[value] = position }
            place = Place(base: "s\(slot)", stride: "\(width)", owner: value)
        }
        places[value] = place
        return place
    }

    /// Lays `value` over `other`, `offset` elements into each row. An output is no alias: false.
    mutating func alias(_ value: ValueID, of other: ValueID, offset: Int = 0) throws -> Bool {
        guard !isOutput.contains(value), inConcat[value] == nil else { return false }
        let around = try place(other)
        if let owner = around.owner { extend(owner, to: lastUse[value]) }
        let base = offset == 0 ? around.base : "(\(around.base) + \(offset))"
        places[value] = Place(base: base, stride: around.stride, owner: around.owner)
        return true
    }

    private mutating func extend(_ owner: ValueID, to use: Int?) {
        lastUse[owner] = max(lastUse[owner] ?? 0, use ?? position)
    }

    /// Whether `part` was made in its place of `whole`.
    func isInPlace(_ part: ValueID, of whole: ValueID, _ offset: Int) -> Bool {
        guard let place = inConcat[part] else { return false }
        return place.whole == whole && place.offset == offset
    }

    /// Memory for the inside of a step: `rows` rows of `bytes`, or one.
    mutating func scratch(rowsOf value: ValueID?, bytes: Int) throws -> String {
        var number: Int?
        if let value, case .symbol(let name)? = graph.type(value).dimensions.first { number = symbol(name) }
        let slot = slots.allocate(symbol: number, rowBytes: bytes)
        scratchSlots.append(slot)
        return "s\(slot)"
    }

    private var scratchSlots: [Int] = []

    /// Gives back what `scratch` gave since the last call.
    mutating func releaseScratch() {
        for slot in scratchSlots { slots.release(slot) }
        scratchSlots = []
    }

    // MARK: Weights and tables

    /// The expression of a plain weight.
    mutating func plain(_ values: [Float]) -> String { "w[\(weights.add(values))]" }

    /// A packed weight; nil when `value` is no matrix of weights.
    mutating func packed(_ value: ValueID) throws -> PackedMatrix? {
        guard let tensor = try weight(value), tensor.shape.count == 2 else { return nil }
        var matrix = PackedMatrix(
            index: weights.add(tensor, .packed, key: "v\(value.index)"), outputs: tensor.shape[0],
            inputs: tensor.shape[1])
        if let (name, form) = reduced(value) { matrix.reduced = (form, weights.add(reduced: name)) }
        return matrix
    }

    /// The expression of a weight, with memory for its codes until `releaseScratch`.
    mutating func expression(_ matrix: PackedMatrix) throws -> String {
        guard matrix.codeBytes > 0 else { return matrix.expression(codes: "") }
        return matrix.expression(codes: try scratch(rowsOf: nil, bytes: matrix.codeBytes))
    }

    /// The number of a lookup.
    mutating func lookup(table: String, feature: String) -> Int {
        needsLookups = true
        lookups.append((table, feature))
        return lookups.count - 1
    }

    // MARK: The result

    /// The region's C: its own functions, then `measure` and `run`.
    func text() -> String {
        let sizes = slots.slots.map { slot in
            "    CHECK(reserve(&sum, \(slot.symbol.map { "n[\($0)]" } ?? "1"), \(slot.rowBytes)));"
        }
        let taken = slots.slots.enumerated().map { index, slot in
            "    float *const s\(index) = take(&arena, \(slot.symbol.map { "n[\($0)]" } ?? "1"), \(slot.rowBytes)); (void)s\(index);"
        }
        let known =
            region.inputs.indices.map { _ in "" }.isEmpty
            ? "" : "    const slipway_aot_value *const in = call->inputs; (void)in;\n"
        return """
            \(functions.joined(separator: "\n"))
            // Symbols: \(symbols.enumerated().map { "\($0) \($1)" }.joined(separator: ", "))
            EXPORT int32_t slipway_aot_\(number)_measure(slipway_aot_call *call) {
                if (call == NULL || call->abi != SLIPWAY_AOT_ABI) return SLIPWAY_AOT_BAD_ARGUMENT;
            \(known)    int64_t *const n = call->sizes, sum = 0; (void)n;
            \(measures.map { "    " + $0 }.joined(separator: "\n"))
                for (int i = 0; i < \(symbols.count); i++)
                    if (n[i] < 0) return SLIPWAY_AOT_BAD_ARGUMENT;
            \(sizes.joined(separator: "\n"))
                call->arena_bytes = sum;
                return SLIPWAY_AOT_OK;
            }

            EXPORT int32_t slipway_aot_\(number)_run(slipway_aot_call *call) {
                if (call == NULL || call->abi != SLIPWAY_AOT_ABI || call->arena == NULL) return SLIPWAY_AOT_BAD_ARGUMENT;
            \(known)    const slipway_aot_value *const out = call->outputs; (void)out;
                const int64_t *const n = call->sizes; (void)n;
                const float *const *const w = call->weights; (void)w;
                const void *const *const r = call->reduced; (void)r;
                char *arena = call->arena;
                int64_t sum = 0;
            \(sizes.joined(separator: "\n"))
                if (sum > call->arena_bytes) return SLIPWAY_AOT_BAD_ARGUMENT;
            \(taken.joined(separator: "\n"))
                (void)arena;
            \(lines.joined(separator: "\n"))
                return SLIPWAY_AOT_OK;
            }
            """
    }
}
