/// The numbers that Python writes into JSON, but JSON does not have.
enum PythonNumbers {
    static let values: [String: Double] = ["NaN": .nan, "Infinity": .infinity, "-Infinity": -.infinity]

    /// `json` with these numbers in quotes.
    static func quoted(_ json: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(json.count)
        var position = 0
        var isText = false
        while position < json.count {
            let byte = json[position]
            if isText, byte == 0x5c, position + 1 < json.count {
                out += json[position...position + 1]
                position += 2
                continue
            }
            if byte == 0x22 { isText.toggle() }
            if !isText, let word = words.first(where: { json[position...].starts(with: $0) }) {
                out += [0x22] + word + [0x22]
                position += word.count
                continue
            }
            out.append(byte)
            position += 1
        }
        return out
    }

    private static let words = ["NaN", "-Infinity", "Infinity"].map { Array($0.utf8) }
}
