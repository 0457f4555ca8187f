import Foundation
import SlipwayCore

extension InferenceRequest {
    /// Reads a `ModelInferRequest`: walked in place, tensors go straight from its bytes into arrays.
    ///
    /// Outputs are asked for in raw form by the parameter `binary_data_output`, else when the inputs came so.
    ///
    /// - Throws: `corrupt` naming the byte, `invalidArgument` naming the tensor.
    package init(message bytes: UnsafeRawBufferPointer) throws {
        var scan = ProtoScanner(bytes)
        var id: String?
        var parameters: [String: Any] = [:]
        var tensors: [Range<Int>] = []
        var raw: [Range<Int>] = []
        var outputs: [String]?
        while let field = try scan.next() {
            switch field.number {
            case 3: id = String(decoding: bytes[try scan.delimited(field)], as: UTF8.self)
            case 4: try Self.readParameter(bytes, try scan.delimited(field), &parameters)
            case 5: tensors.append(try scan.delimited(field))
            case 6: outputs = (outputs ?? []) + [try Self.outputName(bytes, try scan.delimited(field))]
            case 7: raw.append(try scan.delimited(field))
            default: try scan.skip(field)
            }
        }
        guard raw.isEmpty || raw.count == tensors.count else {
            throw InferenceTensor.invalid(
                "there are \(tensors.count) inputs and \(raw.count) raw_input_contents",
                fix: "send one for each input, or contents for all")
        }
        let isBinary = parameters["binary_data_output"] as? Bool ?? !raw.isEmpty
        self.id = id
        isBinaryByDefault = isBinary
        timeoutUs = Self.timeoutUs(parameters["timeout"])
        neighbourCount = try Self.neighbourCount(parameters["faiss_neigh_num"])
        marksFinal = parameters["triton_enable_empty_final_response"] as? Bool ?? false
        self.outputs = outputs?.map { Output(name: $0, isBinary: isBinary) }
        inputs = try tensors.indices.map {
            try InferenceTensor(message: bytes, tensors[$0], raw: raw.isEmpty ? nil : raw[$0])
        }
    }

    /// An entry of `map<string, InferParameter>`.
    private static func readParameter(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ parameters: inout [String: Any]
    ) throws {
        let (key, body) = try ProtoScanner.entry(bytes, range)
        var scan = ProtoScanner(bytes, body)
        var value: Any?
        while let field = try scan.next() {
            switch (field.number, field.wireType) {
            case (1, 0): value = try scan.varint() != 0
            case (2, 0): value = NSNumber(value: Int64(bitPattern: try scan.varint()))
            case (3, 2): value = String(decoding: bytes[try scan.delimited()], as: UTF8.self)
            case (4, 1): value = NSNumber(value: Double(bitPattern: try scan.fixed64()))
            case (5, 0): value = NSNumber(value: try scan.varint())
            default: try scan.skip(field)
            }
        }
        parameters[String(decoding: bytes[key], as: UTF8.self)] = value
    }

    private static func outputName(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws -> String {
        var scan = ProtoScanner(bytes, range)
        var name = ""
        while let field = try scan.next() {
            if field.number == 1 {
                name = String(decoding: bytes[try scan.delimited(field)], as: UTF8.self)
            } else {
                try scan.skip(field)
            }
        }
        guard !name.isEmpty else { throw InferenceTensor.invalid("an output has no name") }
        return name
    }
}
