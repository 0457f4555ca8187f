import SlipwayCore

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
    private var known: [String: Int] = [:]

    /// The number of a weight; `key` makes the same one be kept once.
    mutating func add(_ tensor: Tensor, _ form: Form, key: String? = nil) -> Int {
        if let key, let index = known["\(form) \(key)"] { return index }
        entries.append(Entry(form: form, tensor: tensor))
        if let key { known["\(form) \(key)"] = entries.count - 1 }
        return entries.count - 1
    }

    mutating func add(_ values: [Float]) -> Int { add(Tensor(shape: [values.count], floats: values), .plain) }
}
