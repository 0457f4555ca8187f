import SlipwayArtifact
import SlipwayCheckpoint

extension ReducedWeight {
    /// The tensors that hold it in the file of dense weights: name, type, shape and bytes of each.
    func entries(_ name: String) -> [(name: String, dtypeString: String, shape: [Int], byteCount: Int)] {
        switch codes {
        case .bf16: return [(name, "BF16", shape, shape.reduce(2, *))]
        case .int8(_, let scales):
            return [
                (name, "I8", shape, shape.reduce(1, *)),
                (Self.scalesName(name), "F32", [scales.count], scales.count * 4), (Self.inputName(name), "F32", [2], 8),
            ]
        }
    }

    /// Writes them in this order.
    func write(to writer: SafeTensorsWriter) throws {
        switch codes {
        case .bf16(let bits): try bits.withUnsafeBytes { try writer.append($0) }
        case .int8(let codes, let scales):
            try codes.withUnsafeBytes { try writer.append($0) }
            try scales.withUnsafeBytes { try writer.append($0) }
            let range = [input?.scale ?? 1, Float(input?.zero ?? 0)]
            try range.withUnsafeBytes { try writer.append($0) }
        }
    }
}
