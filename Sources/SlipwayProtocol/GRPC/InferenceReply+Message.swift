extension InferenceReply {
    /// The response as a `ModelInferResponse`. Outputs are raw when all of them are asked for so.
    ///
    /// - Parameter marksFinal: whether it says that no other follows, as Triton's clients can ask a stream to.
    package func message(marksFinal: Bool = false) -> [UInt8] {
        let isRaw = outputs.allSatisfy(\.isBinary)
        let size = outputs.reduce(0) { $0 + $1.tensor.elements.sizeBytes + $1.tensor.name.utf8.count + 64 }
        var writer = ProtoWriter(capacity: size + 256)
        writer.string(1, modelName)
        writer.string(2, modelVersion)
        if let id { writer.string(3, id) }
        if marksFinal { Self.writeFinalMark(to: &writer) }
        for output in outputs { writer.delimited(5, Self.tensor(output.tensor, isRaw: isRaw)) }
        if isRaw {
            for output in outputs {
                writer.header(6, count: output.tensor.elements.sizeBytes)
                writer.append { output.tensor.elements.appendBytes(to: &$0) }
            }
        }
        return writer.bytes
    }

    /// The parameter `triton_final_response`.
    private static func writeFinalMark(to writer: inout ProtoWriter) {
        var entry = ProtoWriter()
        entry.string(1, "triton_final_response")
        entry.delimited(2, [1 << 3, 1])
        writer.delimited(4, entry.bytes)
    }

    private static func tensor(_ tensor: ResponseTensor, isRaw: Bool) -> [UInt8] {
        var writer = ProtoWriter(capacity: (isRaw ? 0 : tensor.elements.sizeBytes * 2) + 64)
        writer.string(1, tensor.name)
        writer.string(2, tensor.elements.datatype)
        writer.numbers(3, tensor.shape)
        if !isRaw { writer.delimited(5, contents(tensor.elements)) }
        return writer.bytes
    }

    /// `InferTensorContents`: FP32 in field 6, INT64 in 3, BYTES in 8.
    private static func contents(_ elements: ResponseTensor.Elements) -> [UInt8] {
        var writer = ProtoWriter(capacity: elements.sizeBytes + 16)
        switch elements {
        case .floats(let values):
            writer.header(6, count: values.count * 4)
            writer.append { elements.appendBytes(to: &$0) }
        case .ints(let values): writer.numbers(3, values.map { Int($0) })
        case .texts(let values): for value in values { writer.string(8, value) }
        }
        return writer.bytes
    }

    /// A message of `ModelStreamInfer`'s responses around a `ModelInferResponse`.
    package static func streamed(_ message: [UInt8]) -> [UInt8] {
        var writer = ProtoWriter(capacity: message.count + 8)
        writer.delimited(2, message)
        return writer.bytes
    }

    /// A message of `ModelStreamInfer`'s responses that says why there are no scores, and for which request.
    package static func streamed(error: String, id: String) -> [UInt8] {
        var writer = ProtoWriter()
        writer.string(1, error)
        var response = ProtoWriter()
        if !id.isEmpty { response.string(3, id) }
        writer.delimited(2, response.bytes)
        return writer.bytes
    }
}
