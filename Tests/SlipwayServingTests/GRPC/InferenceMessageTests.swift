import SlipwayCore
import SlipwayProtocol
import SlipwayTestSupport
import Testing

/// `ModelInferRequest`s that protobuf's own Python code wrote, and what is wrong with others.
struct InferenceMessageTests {
    static func fixture(_ name: String) throws -> [UInt8] {
        let lines = try Fixture.text("infer_messages.txt").split(separator: "\n").map { $0.split(separator: " ") }
        let line = try #require(lines.first { $0[0] == name })
        return try Fixture.base64(line[1])
    }

    private func read(_ bytes: [UInt8]) throws -> InferenceRequest {
        try bytes.withUnsafeBytes { try InferenceRequest(message: $0) }
    }

    /// Elements as text, by name.
    private func elements(_ request: InferenceRequest) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: request.inputs.map { input in
                switch input.elements {
                case .ints(let values): return (input.name, "\(values)")
                case .floats(let values): return (input.name, "\(values)")
                case .texts(let values): return (input.name, "\(values)")
                }
            })
    }

    @Test func contentsOfEveryTypeAreRead() throws {
        let request = try read(Self.fixture("typed"))
        #expect(request.id == "q1")
        #expect(request.timeoutUs == 5000)
        #expect(request.neighbourCount == 7)
        #expect(request.marksFinal)
        #expect(request.outputs?.map(\.name) == ["probs", "logits"])
        #expect(request.outputs?.contains(where: \.isBinary) == false)
        #expect(request.inputs.allSatisfy { $0.shape == [2, 1] })
        #expect(
            elements(request) == [
                "bool": "[1, 0]", "i8": "[-8, 8]", "i32": "[-2147483648, 2147483647]",
                "i64": "[-9223372036854775808, 9007199254740993]", "u16": "[0, 65535]", "u32": "[0, 4294967295]",
                "u64": "[0, 9223372036854775807]", "f32": "[0.5, -1.5]", "f64": "[0.1, 1e+300]",
                "text": "[\"héllo\", \"\"]",
            ])
    }

    @Test func rawContentsAreRead() throws {
        let request = try read(Self.fixture("raw"))
        #expect(request.id == nil && request.outputs == nil && request.isBinaryByDefault)
        #expect(
            elements(request) == [
                "bool": "[1, 0]", "i16": "[-1, 2]", "i64": "[-5, 6]", "f16": "[1.0, -0.5]", "f32": "[0.5, -1.5]",
                "text": "[\"hi\", \"\"]",
            ])
    }

    @Test func headsAreReadAlone() throws {
        let bytes = try Self.fixture("typed")
        let whole = try bytes.withUnsafeBytes { try InferenceHead($0) }
        #expect(whole.modelName == "group/ranker" && whole.modelVersion == "v1" && whole.id == "q1")
        let long =
            field(1, Array("m".utf8)) + field(2, Array("3".utf8)) + field(7, [UInt8](repeating: 7, count: 100_000))
        let (gzip, zlib) = (try CompressedBody.make(long, "gzip"), try CompressedBody.make(long, "zlib"))
        for (encoding, body) in [(BodyEncoding.identity, long), (.gzip, gzip), (.zlib, zlib)] {
            let head = try body.withUnsafeBytes { try InferenceHead($0, encoding) }
            #expect(head.modelName == "m" && head.modelVersion == "3", "\(encoding)")
        }
        let late = try CompressedBody.make(field(7, [UInt8](repeating: 7, count: 100_000)) + field(1, [0x6d]), "gzip")
        let error = try failure { try late.withUnsafeBytes { try InferenceHead($0, .gzip) } }
        #expect(error.description.contains("hold no model_name"))
    }

    /// A tensor of `name`, `datatype`, `shape`, and what else.
    private static func tensor(_ datatype: String, _ shape: [UInt8], _ more: [UInt8] = [], name: String = "x")
        -> [UInt8]
    {
        field(5, field(1, Array(name.utf8)) + field(2, Array(datatype.utf8)) + field(3, shape) + more)
    }

    @Test(
        "what is wrong is said",
        arguments: [
            (tensor("INT64", [2], field(5, field(3, [1]))), "1 elements; its shape [2] has 2"),
            (
                tensor("INT64", [1], field(5, field(6, [0, 0, 0, 0]))),
                "elements in fp32_contents — put them in int64_contents"
            ),
            (tensor("FP16", [1], field(5, [])), "send it in raw_input_contents"),
            (tensor("COMPLEX", [1]), "has the datatype \"COMPLEX\""),
            (tensor("INT64", [1], name: ""), "an input has no name"),
            (tensor("INT64", varint(.max)), "has the shape [-1]"),
            (tensor("INT64", varint(1 << 62) + varint(1 << 62)), "has the shape"),
            (tensor("UINT64", [1], field(5, field(5, varint(1 << 63)))), "is over 2^63"),
            (tensor("INT64", [1]) + field(7, []) + field(7, []), "1 inputs and 2 raw_input_contents"),
            (tensor("INT64", [1], field(5, field(3, [1]))) + field(7, [0]), "both contents and raw_input_contents"),
            (tensor("INT64", [1]) + field(7, [1, 2, 3]), "3 bytes of binary data for 1 elements"),
            (field(6, []), "an output has no name"), ([0x2a, 0x7f], "malformed at byte"),
            (tensor("FP32", [1], field(5, field(6, [0, 0]))), "the end inside a 4-byte value"),
            (
                field(
                    4, field(1, Array("faiss_neigh_num".utf8)) + field(2, tag(2, 0) + varint(UInt64(bitPattern: -1)))),
                "faiss_neigh_num is no whole number"
            ),
        ] as [([UInt8], String)])
    func problems(_ bytes: [UInt8], _ text: String) throws {
        let error = try failure { try read(bytes) }
        #expect(error.description.contains(text), "\(error)")
        #expect(error.code.isUserFault)
    }

    /// Repeated fields that are not packed, as proto3 allows, and unknown ones between them.
    @Test func unpackedElementsAreRead() throws {
        let shape = tag(3, 0) + varint(1) + tag(3, 0) + varint(3)
        let contents = tag(3, 0) + varint(5) + field(3, [6]) + field(99, [1]) + tag(3, 0) + varint(7)
        let bytes = field(5, field(1, Array("x".utf8)) + field(2, Array("INT64".utf8)) + shape + field(5, contents))
        let request = try read(bytes)
        #expect(request.inputs[0].shape == [1, 3])
        #expect(elements(request) == ["x": "[5, 6, 7]"])
    }

    @Test func damageOnlyThrows() throws {
        var numbers = SeededRandom(seed: Fuzz.seed(71))
        let count = Fuzz.count(4000)
        for name in ["typed", "raw"] {
            let seed = try Self.fixture(name)
            let packed = try CompressedBody.make(seed, "gzip")
            for _ in 0..<count / 2 {
                let bytes = damaged(seed, &numbers)
                bytes.withUnsafeBytes { raw in
                    _ = try? InferenceRequest(message: raw)
                    _ = try? InferenceHead(raw)
                    _ = try? ControlMessage(raw)
                }
                damaged(packed, &numbers).withUnsafeBytes { _ = try? InferenceHead($0, .gzip) }
            }
        }
        Fuzz.report("gRPC requests", count)
    }
}
