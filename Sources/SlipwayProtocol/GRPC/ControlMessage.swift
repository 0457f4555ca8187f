/// A short request of the Open Inference Protocol or of the health service: texts and truth values by field number.
package struct ControlMessage: Sendable, Equatable {
    private var texts: [Int: String] = [:]
    private var flags: [Int: Bool] = [:]

    /// Reads a message whose fields are texts and truth values; others are passed over. Throws `corrupt`.
    package init(_ bytes: UnsafeRawBufferPointer) throws {
        var scan = ProtoScanner(bytes)
        while let field = try scan.next() {
            switch field.wireType {
            case 0: flags[field.number] = try scan.varint() != 0
            case 2: texts[field.number] = String(decoding: bytes[try scan.delimited()], as: UTF8.self)
            default: try scan.skip(field)
            }
        }
    }

    package func text(_ number: Int) -> String { texts[number] ?? "" }
    package func flag(_ number: Int) -> Bool { flags[number] ?? false }
}

/// Responses to those.
package enum ControlReply {
    /// Name, datatype and shape of a tensor of a model.
    package struct Tensor: Sendable, Equatable {
        package let name: String
        package let datatype: String
        /// -1 for what varies.
        package let shape: [Int]

        package init(name: String, datatype: String, shape: [Int]) {
            self.name = name
            self.datatype = datatype
            self.shape = shape
        }
    }

    /// How often something was done, and how long that took in all.
    package struct Duration: Sendable, Equatable {
        package let count: Int
        package let nanoseconds: UInt64

        package init(count: Int, nanoseconds: UInt64) {
            self.count = count
            self.nanoseconds = nanoseconds
        }
    }

    /// `live` or `ready`.
    package static func flag(_ value: Bool) -> [UInt8] { number(value ? 1 : 0) }

    /// A number in field 1; zero is what an empty message says.
    package static func number(_ value: UInt64) -> [UInt8] {
        var writer = ProtoWriter()
        if value != 0 { writer.varint(1, value) }
        return writer.bytes
    }

    package static func server(name: String, version: String, extensions: [String]) -> [UInt8] {
        var writer = ProtoWriter()
        writer.string(1, name)
        writer.string(2, version)
        for each in extensions { writer.string(3, each) }
        return writer.bytes
    }

    package static func model(
        name: String, version: String, platform: String, inputs: [Tensor], outputs: [Tensor]
    ) -> [UInt8] {
        var writer = ProtoWriter()
        writer.string(1, name)
        writer.string(2, version)
        writer.string(3, platform)
        for input in inputs { writer.delimited(4, bytes(input)) }
        for output in outputs { writer.delimited(5, bytes(output)) }
        return writer.bytes
    }

    private static func bytes(_ tensor: Tensor) -> [UInt8] {
        var writer = ProtoWriter()
        writer.string(1, tensor.name)
        writer.string(2, tensor.datatype)
        writer.numbers(3, tensor.shape)
        return writer.bytes
    }

    /// - Parameter durations: success, fail, queue, compute_input, compute_infer, compute_output.
    package static func statistics(
        name: String, version: String, lastMs: Int, inferences: Int, executions: Int, durations: [Duration]
    ) -> [UInt8] {
        var sums = ProtoWriter()
        for (index, duration) in durations.enumerated() {
            var each = ProtoWriter()
            each.varint(1, UInt64(clamping: duration.count))
            each.varint(2, duration.nanoseconds)
            sums.delimited(index + 1, each.bytes)
        }
        var writer = ProtoWriter()
        writer.string(1, name)
        writer.string(2, version)
        for (index, value) in [lastMs, inferences, executions].enumerated() {
            writer.varint(index + 3, UInt64(clamping: value))
        }
        writer.delimited(6, sums.bytes)
        return writer.bytes
    }

    /// A model in the repository's index.
    package static func indexEntry(name: String, version: String, state: String, reason: String) -> [UInt8] {
        var writer = ProtoWriter()
        for (index, text) in [name, version, state, reason].enumerated() { writer.string(index + 1, text) }
        return writer.bytes
    }

    /// A message of messages, all of them in field 1.
    package static func list(_ entries: [[UInt8]]) -> [UInt8] {
        var writer = ProtoWriter()
        for entry in entries { writer.delimited(1, entry) }
        return writer.bytes
    }
}
