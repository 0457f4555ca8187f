import SlipwayCore
import SlipwayKernels

/// Constants of generated code, each with the number it is read by.
struct WeightList {
    /// How a weight lies in memory when code runs.
    enum Form: String, Codable, Sendable {
        /// As it is.
        case plain
        /// A matrix [N, K], rearranged by the object's own `pack`.
        case packed
    }

    struct Entry {
        let form: Form
        let tensor: Tensor
    }

    private(set) var entries: [Entry] = []
    /// Parameters that are there in fewer bits too, each with the number it is read by.
    private(set) var reduced: [String] = []
    private var known: [String: Int] = [:]

    /// The number of a weight; `key` makes the same one be kept once.
    mutating func add(_ tensor: Tensor, _ form: Form, key: String? = nil) -> Int {
        if let key, let index = known["\(form) \(key)"] { return index }
        entries.append(Entry(form: form, tensor: tensor))
        if let key { known["\(form) \(key)"] = entries.count - 1 }
        return entries.count - 1
    }

    mutating func add(_ values: [Float]) -> Int { add(Tensor(shape: [values.count], floats: values), .plain) }

    /// The number of a parameter's form in fewer bits.
    mutating func add(reduced name: String) -> Int {
        if let known = reduced.firstIndex(of: name) { return known }
        reduced.append(name)
        return reduced.count - 1
    }
}

/// A matrix of weights as generated code reads it.
struct PackedMatrix {
    let index: Int
    let outputs: Int
    let inputs: Int
    /// Its form in fewer bits, if it has one, and the number that is read by.
    var reduced: (form: ReducedWeights.Form, index: Int)?

    /// The same as floats alone.
    var unreduced: PackedMatrix { PackedMatrix(index: index, outputs: outputs, inputs: inputs) }

    /// Bytes for the codes of a block of rows; 0 where it is multiplied as floats alone.
    var codeBytes: Int {
        reduced.map { ReducedWeights.scratchBytes($0.form, rows: .max, inputs: inputs) } ?? 0
    }

    /// The weight in C; `codes` names the memory for codes.
    func expression(codes: String) -> String {
        guard let reduced else { return "(weight){w[\(index)]}" }
        return "(weight){w[\(index)], r[\(reduced.index)], \(reduced.form.rawValue), \(codes)}"
    }
}
