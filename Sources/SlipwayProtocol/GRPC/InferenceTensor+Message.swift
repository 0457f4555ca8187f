import SlipwayCore

extension InferenceTensor {
    /// Reads an `InferInputTensor` at `range` of `bytes`.
    ///
    /// - Parameter raw: where its elements lie as bytes, in `raw_input_contents`; nil where they are in its `contents`.
    init(message bytes: UnsafeRawBufferPointer, _ range: Range<Int>, raw: Range<Int>?) throws {
        var scan = ProtoScanner(bytes, range)
        var name = ""
        var datatype = ""
        var shape: [Int] = []
        var contents: [Range<Int>] = []
        while let field = try scan.next() {
            switch (field.number, field.wireType) {
            case (1, 2): name = String(decoding: bytes[try scan.delimited()], as: UTF8.self)
            case (2, 2): datatype = String(decoding: bytes[try scan.delimited()], as: UTF8.self)
            case (3, 0): shape.append(Int(Int64(bitPattern: try scan.varint())))
            case (3, 2):
                var sizes = ProtoScanner(bytes, try scan.delimited())
                while !sizes.isAtEnd { shape.append(Int(Int64(bitPattern: try sizes.varint()))) }
            case (5, 2): contents.append(try scan.delimited())
            case (1...3, _), (5, _): throw scan.malformed("wire type \(field.wireType) in field \(field.number)")
            default: try scan.skip(field)
            }
        }
        guard !name.isEmpty else { throw Self.invalid("an input has no name") }
        let count = try Self.count(shape, of: name)
        if let raw {
            guard contents.allSatisfy(\.isEmpty) else {
                throw Self.invalid("input \(name) has both contents and raw_input_contents", fix: "send one of them")
            }
            let data = UnsafeRawBufferPointer(rebasing: bytes[raw])
            try self.init(
                checked: name, datatype, shape, try Self.elements(of: name, datatype, binary: data, count: count))
        } else {
            var reader = try TensorContents(name, datatype, expected: count)
            for range in contents { try reader.read(bytes, range) }
            try self.init(checked: name, datatype, shape, reader.elements)
        }
    }
}
