/// Reads numbers that a CSV file holds as text: `0.5`, `[0.5,1]`, `[[1, 2], [3]]`.
enum NumberListText {
    /// The numbers in order, as integers when all are; nil for anything else.
    static func parse(_ text: String) -> ComparedCell? {
        var integers: [Int64]? = []
        var numbers: [Double] = []
        var depth = 0, opened = 0
        var token: [UInt8] = []

        func finishToken() -> Bool {
            guard !token.isEmpty else { return true }
            let word = String(decoding: token, as: UTF8.self)
            guard token.count <= 64, let number = Double(word) else { return false }
            integers = Int64(word).flatMap { value in integers.map { $0 + [value] } }
            numbers.append(number)
            token.removeAll(keepingCapacity: true)
            return true
        }

        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "["):
                guard token.isEmpty, depth > 0 || (opened == 0 && numbers.isEmpty) else { return nil }
                depth += 1
                opened += 1
            case UInt8(ascii: "]"):
                guard depth > 0, finishToken() else { return nil }
                depth -= 1
            case UInt8(ascii: ","), UInt8(ascii: " "):
                guard depth > 0, finishToken() else { return nil }
            default:
                guard depth > 0 || opened == 0 else { return nil }
                token.append(byte)
            }
        }
        guard depth == 0, finishToken(), opened > 0 || numbers.count == 1 else { return nil }
        return integers.map { .integers($0) } ?? .numbers(numbers)
    }
}
