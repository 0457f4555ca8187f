import SwiftProtobuf

extension JSONObject {
    /// A protobuf struct, keys sorted; numbers are doubles.
    init(_ message: Google_Protobuf_Struct) {
        let sorted = message.fields.sorted { $0.key < $1.key }
        self.init(sorted.map { ($0.key, JSONValue($0.value)) })
    }
}

extension JSONValue {
    init(_ value: Google_Protobuf_Value) {
        switch value.kind {
        case nil, .nullValue: self = .null
        case .numberValue(let number): self = .double(number)
        case .stringValue(let text): self = .string(text)
        case .boolValue(let flag): self = .bool(flag)
        case .structValue(let message): self = .object(JSONObject(message))
        case .listValue(let list): self = .array(list.values.map { JSONValue($0) })
        }
    }
}
