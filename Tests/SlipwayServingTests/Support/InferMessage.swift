/// Writes `ModelInferRequest`s for tests, apart from the code under test.
enum InferMessage {
    /// Candidates of one user with what of the bundled example has no default, as raw rows.
    static func example(rows: Int = 2, model: String = "example", id: String = "", item: Int64 = 48) -> [UInt8] {
        func floats(_ values: [Float]) -> [UInt8] { field(6, values.flatMap { little($0.bitPattern) }) }
        func ints(_ values: [Int64]) -> [UInt8] { field(3, values.flatMap { varint(UInt64(bitPattern: $0)) }) }
        func tensor(_ name: String, _ datatype: String, _ shape: [Int], _ contents: [UInt8]) -> [UInt8] {
            field(
                5,
                field(1, Array(name.utf8)) + field(2, Array(datatype.utf8))
                    + field(3, shape.flatMap { varint(UInt64($0)) })
                    + field(5, contents))
        }
        let places = 0..<rows
        return field(1, Array(model.utf8)) + (id.isEmpty ? [] : field(3, Array(id.utf8)))
            + tensor("item_ids", "BYTES", [rows], places.flatMap { field(8, Array("i\($0)".utf8)) })
            + tensor("user_id", "INT64", [1], ints([87])) + tensor("age", "FP32", [1], floats([0.5]))
            + tensor("income", "FP64", [1], field(7, little(0.25.bitPattern)))
            + tensor("profile", "FP32", [1, 4], floats([1, 2, 3, 4]))
            + tensor("item_id", "INT64", [rows], ints(places.map { item + Int64($0 % 2) }))
            + tensor("price", "FP32", [rows], floats(places.map { Float($0 % 2 + 1) }))
            + tensor(
                "item_vec", "FP32", [rows, 4], floats(places.flatMap { row in (1...4).map { Float($0 + row % 2 * 4) } })
            )
    }

    /// `probs` of a `ModelInferResponse` whose outputs are contents.
    static func probs(_ bytes: [UInt8]) -> [Float]? {
        for (number, tensor) in ResponseFields.fields(bytes[...]) ?? [] where number == 5 {
            let fields = ResponseFields.fields(tensor) ?? []
            guard fields.first(where: { $0.0 == 1 }).map({ Array($0.1) }) == Array("probs".utf8) else { continue }
            let contents = fields.first { $0.0 == 5 }.flatMap { ResponseFields.fields($0.1) } ?? []
            let raw = contents.first { $0.0 == 6 }.map { Array($0.1) } ?? []
            return stride(from: 0, to: raw.count, by: 4).map { start in
                Float(bitPattern: raw[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
            }
        }
        return nil
    }

    /// Parts of a `ModelStreamInferResponse`.
    static func streamed(_ bytes: [UInt8]) -> (error: String, response: [UInt8]) {
        var found = ("", [UInt8]())
        for (number, content) in ResponseFields.fields(bytes[...]) ?? [] {
            if number == 1 { found.0 = String(decoding: content, as: UTF8.self) }
            if number == 2 { found.1 = Array(content) }
        }
        return found
    }
}
