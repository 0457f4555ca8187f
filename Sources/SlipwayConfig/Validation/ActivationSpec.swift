import SlipwayCore

/// An activation as configs spell it, taken apart: `nn.LeakyReLU(negative_slope=0.1)`.
public struct ActivationSpec: Sendable, Hashable {
    public enum Argument: Sendable, Hashable {
        case number(Double)
        case flag(Bool)
        case text(String)
    }

    /// The known name: `nn.ReLU`, `Dice`, …
    public let name: String
    /// Arguments by keyword. Positional ones stand under their parameter's name.
    public let arguments: [String: Argument]

    /// Parameters of each known activation, in PyTorch's order, with what they are.
    private static let known: [String: [(name: String, kind: ParameterKind)]] = [
        "Dice": [],
        "nn.CELU": [("alpha", .number), ("inplace", .flag)],
        "nn.ELU": [("alpha", .number), ("inplace", .flag)],
        "nn.GELU": [("approximate", .text)],
        "nn.Hardsigmoid": [("inplace", .flag)],
        "nn.Hardswish": [("inplace", .flag)],
        "nn.Hardtanh": [("min_val", .number), ("max_val", .number), ("inplace", .flag)],
        "nn.Identity": [],
        "nn.LeakyReLU": [("negative_slope", .number), ("inplace", .flag)],
        "nn.LogSigmoid": [],
        "nn.Mish": [("inplace", .flag)],
        "nn.PReLU": [("num_parameters", .number), ("init", .number)],
        "nn.ReLU": [("inplace", .flag)],
        "nn.ReLU6": [("inplace", .flag)],
        "nn.SELU": [("inplace", .flag)],
        "nn.SiLU": [("inplace", .flag)],
        "nn.Sigmoid": [],
        "nn.Softplus": [("beta", .number), ("threshold", .number)],
        "nn.Softsign": [],
        "nn.Tanh": [],
        "nn.Tanhshrink": [],
    ]

    private enum ParameterKind { case number, flag, text }

    /// Names that may stand in a config.
    public static var knownNames: [String] { known.keys.sorted() }

    /// Takes `text` apart; nil for an empty text, which means no activation.
    ///
    /// Spellings `nn.X`, `torch.nn.X` and `torch.nn.modules.activation.X` are one.
    /// Throws: `invalidConfig` naming the text and what is known.
    public static func parse(_ text: String) throws -> ActivationSpec? {
        let trimmed = text.trimmed
        guard !trimmed.isEmpty else { return nil }
        let parts = trimmed.split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false)
        let name = canonical(String(parts[0]).trimmed)
        guard let parameters = known[name] else { throw unknown(name, in: trimmed) }
        guard parts.count == 2 else { return ActivationSpec(name: name, arguments: [:]) }
        guard parts[1].last == ")" else {
            throw SlipwayError(
                .invalidConfig, "activation `\(trimmed)` lacks its closing bracket", fix: "write `\(trimmed))`")
        }
        var arguments: [String: Argument] = [:]
        let list = String(parts[1].dropLast()).trimmed
        let items = list.isEmpty ? [] : list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        for (index, item) in items.enumerated() {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let positional = index < parameters.count ? parameters[index].name : ""
            let key = pair.count == 2 ? pair[0].trimmed : positional
            guard let parameter = parameters.first(where: { $0.name == key }), arguments[key] == nil,
                let value = argument((pair.last ?? "").trimmed, parameter.kind)
            else {
                let takes = parameters.map(\.name).joined(separator: ", ")
                throw SlipwayError(
                    .invalidConfig, "activation `\(trimmed)`: `\(item.trimmed)` is no argument of \(name)",
                    fix: parameters.isEmpty ? "\(name) takes no arguments" : "\(name) takes \(takes)")
            }
            arguments[key] = value
        }
        return ActivationSpec(name: name, arguments: arguments)
    }

    /// The number under this keyword, or `fallback`.
    public func number(_ key: String, or fallback: Double) -> Double {
        if case .number(let value)? = arguments[key] { return value }
        return fallback
    }

    private static func canonical(_ name: String) -> String {
        for prefix in ["torch.nn.modules.activation.", "torch.nn."] where name.hasPrefix(prefix) {
            return "nn." + name.dropFirst(prefix.count)
        }
        return name
    }

    private static func argument(_ text: String, _ kind: ParameterKind) -> Argument? {
        switch kind {
        case .number: return NumberLiteral.float(text).flatMap { $0.isFinite ? .number($0) : nil }
        case .flag: return text == "True" ? .flag(true) : text == "False" ? .flag(false) : nil
        case .text:
            guard let quote = text.first, quote == "'" || quote == "\"", text.count >= 2, text.last == quote else {
                return nil
            }
            return .text(String(text.dropFirst().dropLast()))
        }
    }

    private static func unknown(_ name: String, in text: String) -> SlipwayError {
        let near = NearestName.match(name, in: knownNames)
        let hint = near.map { "did you mean `\($0)`? " } ?? ""
        return SlipwayError(
            .invalidConfig, "unknown activation `\(text)`", fix: hint + "known: " + knownNames.joined(separator: ", "))
    }
}

extension String {
    /// Without blanks at either end.
    var trimmed: String {
        let kept = drop { $0.isWhitespace }
        return String(kept.reversed().drop { $0.isWhitespace }.reversed())
    }
}
