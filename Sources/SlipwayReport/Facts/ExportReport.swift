import SlipwayInspect

/// Everything that a report tells of one part of an export.
struct ExportReport: Sendable {
    let modelKind: String
    /// Empty for a model of one part.
    let part: String
    let slipwayVersion: String
    let createdAt: String
    let checkpoint: String
    let step: Int?
    let acceleration: [String: String]
    /// `bf16` or `int8`; nil where layers are stored as float32.
    let densePrecision: String?
    let notes: [String]
    let outputs: [String]
    /// The model drawn, as SVG.
    let drawing: String
    let sizes: SizeFacts
    let precision: PrecisionFacts
    /// Layers in fewer bits against the same package in float32; nil where they are in float32.
    let densePart: PrecisionFacts?
    let work: WorkFacts
    let times: TimeFacts

    static let formatVersion = 1

    /// One JSON object, keys in snake case and sorted, with a newline at the end.
    func json() throws -> String {
        try Fact.object([
            "format_version": .int(Self.formatVersion), "model_kind": .string(modelKind), "part": .string(part),
            "slipway_version": .string(slipwayVersion), "created_at": .string(createdAt),
            "checkpoint": .string(checkpoint), "step": Fact(step), "acceleration": Fact(acceleration),
            "notes": Fact(notes), "outputs": Fact(outputs), "sizes": sizes.facts, "precision": precision.facts,
            "dense_precision": Fact(densePrecision), "dense_part": densePart?.facts ?? .null,
            "work": work.facts, "times": times.facts,
        ]).json() + "\n"
    }
}
