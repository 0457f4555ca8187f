import SlipwayCore

/// A response of the Open Inference Protocol v2.
package struct InferenceReply {
    package let modelName: String
    package let modelVersion: String
    package let id: String?
    package let outputs: [(tensor: ResponseTensor, isBinary: Bool)]

    package init(
        modelName: String, modelVersion: String, id: String?, outputs: [(tensor: ResponseTensor, isBinary: Bool)]
    ) {
        self.modelName = modelName
        self.modelVersion = modelVersion
        self.id = id
        self.outputs = outputs
    }

    /// The body, and the length of its JSON where raw tensors follow it.
    package func encoded() -> (bytes: [UInt8], headerLength: Int?) {
        var json =
            "{\"model_name\":\(JSONString.quoted(modelName)),\"model_version\":\(JSONString.quoted(modelVersion))"
        if let id { json += ",\"id\":\(JSONString.quoted(id))" }
        var binary: [UInt8] = []
        json += ",\"outputs\":["
        for (index, output) in outputs.enumerated() {
            if index > 0 { json += "," }
            let tensor = output.tensor
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            json += "{\"name\":\(JSONString.quoted(tensor.name)),\"shape\":[\(shape)],\"datatype\":"
            json += "\"\(tensor.elements.datatype)\""
            if output.isBinary {
                let before = binary.count
                tensor.elements.appendBytes(to: &binary)
                json += ",\"parameters\":{\"binary_data_size\":\(binary.count - before)}}"
            } else {
                json += ",\"data\":[\(Self.text(tensor.elements))]}"
            }
        }
        json += "]}"
        let header = Array(json.utf8)
        return binary.isEmpty ? (header, nil) : (header + binary, header.count)
    }

    /// What JSON has no word for is null.
    private static func text(_ elements: ResponseTensor.Elements) -> String {
        switch elements {
        case .floats(let values): return values.map { $0.isFinite ? "\($0)" : "null" }.joined(separator: ",")
        case .ints(let values): return values.map(String.init).joined(separator: ",")
        case .texts(let values): return values.map(JSONString.quoted).joined(separator: ",")
        }
    }
}

/// Text as a JSON string, without bars.
package enum JSONString {
    package static func quoted(_ text: String) -> String {
        let quoted = QuotedText.written(text)
        return quoted.utf8.contains(UInt8(ascii: "|")) ? quoted.replacing("|", with: "\\u007c") : quoted
    }
}
