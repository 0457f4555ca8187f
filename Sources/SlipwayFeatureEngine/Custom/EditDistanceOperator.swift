import SlipwayCore

/// Levenshtein distance of two texts: of characters with `encoding` utf-8, of bytes otherwise.
struct EditDistanceOperator: CustomOperator {
    private let countsCharacters: Bool

    init(parameters: [String: String], inputNames: [String]) throws {
        guard inputNames.count == 2 else {
            throw SlipwayError(.invalidConfig, "EditDistance has \(inputNames.count) inputs", fix: "name two")
        }
        let encoding = parameters["encoding"] ?? "latin"
        guard ["utf-8", "utf8", "latin"].contains(encoding) else {
            throw SlipwayError(.invalidConfig, "encoding is \"\(encoding)\"", fix: "use utf-8 or latin")
        }
        countsCharacters = encoding != "latin"
    }

    func values(_ inputs: [[CustomValue]]) -> [CustomValue] {
        let a = inputs[0][0].text, b = inputs[1][0].text
        let distance =
            countsCharacters
            ? EditDistance.between(Array(a.unicodeScalars), Array(b.unicodeScalars))
            : EditDistance.between(Array(a.utf8), Array(b.utf8))
        return [.number(Double(distance))]
    }
}
