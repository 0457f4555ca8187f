import SlipwayCore

/// Reads single variables of an environment.
struct FlagReader {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    /// True when the value starts with 1.
    func isOn(_ name: String) -> Bool { environment[name]?.first == "1" }

    /// What `QUANT_EMB` names; unset and "1" mean INT8.
    func tableDType() throws -> TableDType {
        let raw = environment["QUANT_EMB"] ?? "INT8"
        let name = raw == "1" ? TableDType.int8.rawValue : raw
        guard let dtype = TableDType(rawValue: name) else {
            let known = TableDType.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            let fix =
                raw.hasPrefix("0")
                ? "QUANT_EC_EMB quantizes sequence tables in QUANT_EMB's format: name one there, or unset QUANT_EC_EMB"
                : "set QUANT_EMB to one of them, or to 0 for none"
            throw SlipwayError(
                .invalidArgument, "Unknown QUANT_EMB: \(name),available types: [\(known)]", fix: fix)
        }
        return dtype
    }

    /// Any value of `QUANT_EC_EMB` that does not start with 0 switches on; what it names is never read.
    func quantizesSequences() throws -> Bool {
        guard let value = environment["QUANT_EC_EMB"] else { return false }
        guard let first = value.first else {
            throw SlipwayError(
                .invalidArgument, "QUANT_EC_EMB is set but empty", fix: "unset it, or set it to 0 or INT8")
        }
        return first != "0"
    }

    func quantizesDistributed() throws -> Bool {
        let name = (environment["DIST_QUANT"] ?? "").trimmed.uppercased()
        switch name {
        case "", "0", "NONE": return false
        case "INT8": return true
        default:
            throw SlipwayError(
                .invalidArgument, "Unsupported DIST_QUANT: \(name), only INT8 is supported.",
                fix: "set DIST_QUANT to INT8 or 0")
        }
    }

    /// A whole number of at least 1, blanks around it allowed.
    func positive(_ name: String, or fallback: Int) throws -> Int {
        guard let raw = environment[name] else { return fallback }
        guard let value = Int(raw.trimmed), value >= 1, value <= Int32.max else {
            throw SlipwayError(
                .invalidArgument, "\(name) must be a whole number from 1 on, got `\(raw)`", fix: "set it, or unset it")
        }
        return value
    }
}
