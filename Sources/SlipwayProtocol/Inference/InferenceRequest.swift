import Foundation
import SlipwayCore

/// A request of the Open Inference Protocol v2: JSON, or JSON followed by raw tensors.
package struct InferenceRequest: Sendable {
    package struct Output: Sendable, Equatable {
        package let name: String
        package let isBinary: Bool
    }

    package let id: String?
    package let inputs: [InferenceTensor]
    /// Outputs that are asked for; nil for all.
    package let outputs: [Output]?
    /// Whether outputs nobody named are wanted as raw tensors.
    package let isBinaryByDefault: Bool
    /// Microseconds until the caller gives up, from the parameter `timeout`.
    package let timeoutUs: Int?
    /// Items wanted of a model that recalls, from the parameter `faiss_neigh_num`.
    package let neighbourCount: Int
    /// Whether a stream's response is to say that it is the last to its request: Triton's
    /// `triton_enable_empty_final_response`.
    package let marksFinal: Bool

    /// - Parameter headerLength: bytes of JSON in front of raw tensors, from `Inference-Header-Content-Length`.
    /// - Throws: `invalidArgument` naming what is wrong.
    package init(_ body: UnsafeRawBufferPointer, headerLength: Int?) throws {
        let length = headerLength ?? body.count
        guard length >= 0, length <= body.count else {
            throw InferenceTensor.invalid(
                "Inference-Header-Content-Length is \(length), the body has \(body.count) bytes")
        }
        let parsed: Any
        do {
            parsed = try JSONSerialization.jsonObject(with: Data(UnsafeRawBufferPointer(rebasing: body[..<length])))
        } catch {
            throw InferenceTensor.invalid("the body is no JSON object", fix: "send {\"inputs\": [...]}")
        }
        guard let object = parsed as? [String: Any], let inputs = object["inputs"] as? [[String: Any]] else {
            throw InferenceTensor.invalid("there is no array \"inputs\" of objects", fix: "send {\"inputs\": [...]}")
        }
        id = object["id"] as? String
        let parameters = object["parameters"] as? [String: Any] ?? [:]
        isBinaryByDefault = parameters["binary_data_output"] as? Bool ?? false
        timeoutUs = Self.timeoutUs(parameters["timeout"])
        neighbourCount = try Self.neighbourCount(parameters["faiss_neigh_num"])
        marksFinal = false
        let isBinary = isBinaryByDefault
        outputs = try (object["outputs"] as? [[String: Any]])?.map { output in
            guard let name = output["name"] as? String else { throw InferenceTensor.invalid("an output has no name") }
            let own = output["parameters"] as? [String: Any] ?? [:]
            return Output(name: name, isBinary: own["binary_data"] as? Bool ?? isBinary)
        }
        var position = length
        self.inputs = try inputs.map { try Self.tensor($0, body, &position) }
        guard position == body.count else {
            throw InferenceTensor.invalid("\(body.count - position) bytes follow the last tensor")
        }
    }

    static func timeoutUs(_ value: Any?) -> Int? {
        (value as? NSNumber).map { $0.intValue }.flatMap { (1...3_600_000_000).contains($0) ? $0 : nil }
    }

    static func neighbourCount(_ value: Any?) throws -> Int {
        guard let value else { return 0 }
        guard let number = value as? NSNumber, let count = Int32(exactly: number.doubleValue), count >= 0 else {
            throw InferenceTensor.invalid(
                "the parameter faiss_neigh_num is no whole number of items", fix: "send 1 or more, or leave it out")
        }
        return Int(count)
    }

    private static func tensor(
        _ input: [String: Any], _ body: UnsafeRawBufferPointer, _ position: inout Int
    ) throws -> InferenceTensor {
        guard let name = input["name"] as? String else { throw InferenceTensor.invalid("an input has no name") }
        guard let datatype = input["datatype"] as? String, let shape = input["shape"] as? [NSNumber] else {
            throw InferenceTensor.invalid("input \(name) has no datatype or no shape")
        }
        let sizes = shape.map(\.intValue)
        let count = try InferenceTensor.count(sizes, of: name)
        let parameters = input["parameters"] as? [String: Any] ?? [:]
        let elements: InferenceTensor.Elements
        if let size = (parameters["binary_data_size"] as? NSNumber)?.intValue {
            guard size >= 0, size <= body.count - position else {
                throw InferenceTensor.invalid("input \(name) has \(size) bytes of \(body.count - position) left")
            }
            let bytes = UnsafeRawBufferPointer(rebasing: body[position..<position + size])
            position += size
            elements = try InferenceTensor.elements(of: name, datatype, binary: bytes, count: count)
        } else {
            guard let data = input["data"] else { throw InferenceTensor.invalid("input \(name) has no data") }
            elements = try InferenceTensor.elements(of: name, datatype, json: data)
        }
        return try InferenceTensor(checked: name, datatype, sizes, elements)
    }
}
