import SlipwayCore

/// One feature, compiled.
struct FeaturePlan: Sendable {
    let name: String
    let kernel: any FeatureOperator
    let values: ValuePlan
    var inputs: [PlannedInput]
    let isStub: Bool
    let sequence: SequencePlan?
    /// All its rows agree within one request.
    var isUserSide = false
    /// Another feature reads it.
    var isRead = false
    /// One value a row or step, whose text readers may cut.
    let isScalar: Bool
    var slots = Slots()

    struct SequencePlan: Sendable {
        let delimiter: Separator
        /// Steps that are kept; 0 for all.
        let length: Int
        let group: String?
        /// Inputs of one step serve all steps, and all inputs are cut into steps.
        let spreads: Bool
    }

    /// Where the outputs belong in the engine's slots.
    struct Slots: Sendable {
        var values: Int?
        var lengths: Int?
        var keyLengths: Int?
        var weights: Int?

        var all: [Int] { [values, lengths, keyLengths, weights].compactMap { $0 } }
    }

    struct PlannedInput: Sendable {
        enum Source: Sendable {
            /// Index into the engine's columns.
            case column(Int)
            /// Index into the engine's plans.
            case feature(Int)
            case literal(Column)
        }

        let source: Source
        let side: FeatureSide
        let form: CellForm
        /// Cut into the steps of the sequence.
        let isStep: Bool
    }

    /// Features that this one reads.
    var producers: [Int] {
        inputs.compactMap { input in
            if case .feature(let index) = input.source { return index }
            return nil
        }
    }
}
