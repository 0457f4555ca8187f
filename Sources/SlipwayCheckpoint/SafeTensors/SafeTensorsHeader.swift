import Foundation
import SlipwayCore

/// The JSON header of a safetensors file, checked against the size of the data behind it.
struct SafeTensorsHeader: Sendable {
    struct Entry: Sendable {
        let info: TensorInfo
        /// Bytes from the start of the data.
        let range: Range<Int>
    }

    let metadata: [String: String]
    let entries: [String: Entry]

    /// Names of the tensors that only fill gaps, so that every other one begins on 64 bytes.
    static let paddingPrefix = "__padding__."
    static let alignment = 64
    static let maxBytes = 100_000_000

    /// Parses and validates. Throws `corrupt` or `unsupported`, naming the tensor.
    init(json: UnsafeRawBufferPointer, dataBytes: Int) throws {
        let decoded: Decoded
        do {
            decoded = try JSONDecoder().decode(Decoded.self, from: Data(json))
        } catch {
            throw SlipwayError(.corrupt, "its header is not the JSON that safetensors prescribes", cause: error)
        }
        if let name = Self.repeatedName(json) {
            throw SlipwayError(.corrupt, "its header describes \(name) twice")
        }
        var entries: [String: Entry] = [:]
        for (name, tensor) in decoded.tensors {
            entries[name] = try withContext("tensor \(name.prefix(512))") { try Self.entry(name, tensor, dataBytes) }
        }
        try Self.checkLayout(entries, dataBytes)
        self.metadata = decoded.metadata
        self.entries = entries.filter { !$0.key.hasPrefix(Self.paddingPrefix) }
    }

    private static func entry(_ name: String, _ tensor: Decoded.Tensor, _ dataBytes: Int) throws -> Entry {
        let dtype = try SafeTensorsType.element(tensor.dtype)
        guard tensor.shape.count <= 64, let bytes = TensorInfo.bytes(tensor.shape, dtype) else {
            throw SlipwayError(.corrupt, "its shape \(tensor.shape.prefix(64)) is impossible")
        }
        guard tensor.offsets.count == 2, tensor.offsets[0] >= 0, tensor.offsets[0] <= tensor.offsets[1],
            tensor.offsets[1] <= dataBytes
        else {
            throw SlipwayError(
                .corrupt, "its data_offsets \(tensor.offsets.prefix(4)) are not inside the \(dataBytes) bytes of data",
                fix: "copy the file again: it may be cut off")
        }
        let range = tensor.offsets[0]..<tensor.offsets[1]
        guard range.count == bytes else {
            throw SlipwayError(
                .corrupt, "its shape \(tensor.shape) takes \(bytes) bytes, data_offsets give it \(range.count)")
        }
        return Entry(info: TensorInfo(name: name, shape: tensor.shape, dtype: dtype), range: range)
    }

    /// The tensors must follow each other without overlap or hole up to the end of the file.
    private static func checkLayout(_ entries: [String: Entry], _ dataBytes: Int) throws {
        let sorted = entries.values.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        var end = 0
        for entry in sorted {
            guard entry.range.lowerBound == end else {
                let problem = entry.range.lowerBound < end ? "overlaps the tensor before it" : "leaves a hole before it"
                throw SlipwayError(
                    .corrupt, "tensor \(entry.info.name.prefix(512)) \(problem) (data byte \(entry.range.lowerBound))")
            }
            end = entry.range.upperBound
        }
        guard end == dataBytes else {
            throw SlipwayError(.corrupt, "its tensors end at data byte \(end) of \(dataBytes)")
        }
    }

    /// The first name that occurs twice at the outer level of valid JSON; parsers keep only one of them.
    private static func repeatedName(_ json: UnsafeRawBufferPointer) -> String? {
        var seen: Set<String> = []
        var depth = 0
        var text: Range<Int>?
        var position = 0
        while position < json.count {
            switch json[position] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                let start = position
                position += 1
                while position < json.count, json[position] != UInt8(ascii: "\"") {
                    position += json[position] == UInt8(ascii: "\\") ? 2 : 1
                }
                text = start..<min(position + 1, json.count)
            case UInt8(ascii: ":"):
                if depth == 1, let range = text {
                    let raw = Data(json[range])
                    let name =
                        (try? JSONDecoder().decode(String.self, from: raw)) ?? String(decoding: raw, as: UTF8.self)
                    guard seen.insert(name).inserted else { return name }
                }
            default: break
            }
            position += 1
        }
        return nil
    }
}

/// The header as JSON has it.
private struct Decoded: Decodable {
    struct Tensor: Decodable {
        let dtype: String
        let shape: [Int]
        let offsets: [Int]

        enum CodingKeys: String, CodingKey {
            case dtype, shape
            case offsets = "data_offsets"
        }
    }

    struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    var metadata: [String: String] = [:]
    var tensors: [String: Tensor] = [:]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        for key in container.allKeys {
            if key.stringValue == "__metadata__" {
                metadata = try container.decode([String: String].self, forKey: key)
            } else {
                tensors[key.stringValue] = try container.decode(Tensor.self, forKey: key)
            }
        }
    }
}
