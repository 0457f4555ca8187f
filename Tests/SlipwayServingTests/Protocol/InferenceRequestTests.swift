import SlipwayCore
import SlipwayProtocol
import SlipwayTestSupport
import Testing

struct InferenceRequestTests {
    private func read(_ json: String, binary: [UInt8] = [], headerLength: Int? = nil) throws -> InferenceRequest {
        try (Array(json.utf8) + binary).withUnsafeBytes {
            try InferenceRequest($0, headerLength: headerLength ?? (binary.isEmpty ? nil : json.utf8.count))
        }
    }

    @Test func jsonTensorsAreRead() throws {
        let request = try read(
            """
            {"id": "q", "parameters": {"timeout": 5000, "binary_data_output": true}, "inputs": [
              {"name": "a", "datatype": "INT64", "shape": [2, 2], "data": [[1, -2], [9007199254740993, 4]]},
              {"name": "b", "datatype": "FP32", "shape": [1], "data": [0.5]},
              {"name": "c", "datatype": "BYTES", "shape": [2], "data": ["x", ""]},
              {"name": "d", "datatype": "BOOL", "shape": [1], "data": [true]}],
             "outputs": [{"name": "o", "parameters": {"binary_data": false}}, {"name": "p"}]}
            """)
        #expect(request.id == "q")
        #expect(request.timeoutUs == 5000)
        #expect(request.outputs?.map(\.name) == ["o", "p"])
        #expect(request.outputs?.map(\.isBinary) == [false, true])
        guard case .ints(let a) = request.inputs[0].elements, case .floats(let b) = request.inputs[1].elements,
            case .texts(let c) = request.inputs[2].elements, case .ints(let d) = request.inputs[3].elements
        else { return #expect(Bool(false), "wrong kinds") }
        #expect(a == [1, -2, 9_007_199_254_740_993, 4])
        #expect(b == [0.5])
        #expect(c == ["x", ""])
        #expect(d == [1])
    }

    @Test func binaryTensorsAreRead() throws {
        let binary =
            little(Int64(-5)) + little(Float(1.5).bitPattern) + little(UInt32(2)) + Array("hi".utf8)
            + little(UInt16(0x3c00))
        let request = try read(
            """
            {"inputs": [{"name": "a", "datatype": "INT64", "shape": [1], "parameters": {"binary_data_size": 8}},
            {"name": "b", "datatype": "FP32", "shape": [1], "parameters": {"binary_data_size": 4}},
            {"name": "c", "datatype": "BYTES", "shape": [1], "parameters": {"binary_data_size": 6}},
            {"name": "d", "datatype": "FP16", "shape": [1], "parameters": {"binary_data_size": 2}}]}
            """, binary: binary)
        guard case .ints(let a) = request.inputs[0].elements, case .floats(let b) = request.inputs[1].elements,
            case .texts(let c) = request.inputs[2].elements, case .floats(let d) = request.inputs[3].elements
        else { return #expect(Bool(false), "wrong kinds") }
        #expect(a == [-5])
        #expect(b == [1.5])
        #expect(c == ["hi"])
        #expect(d == [1])
    }

    @Test(
        "what is wrong is said",
        arguments: [
            ("", "the body is no JSON object"), ("[]", "no array \"inputs\""),
            ("{\"inputs\": [{}]}", "an input has no name"),
            ("{\"inputs\": [{\"name\": \"a\"}]}", "no datatype or no shape"),
            ("{\"inputs\": [{\"name\": \"a\", \"datatype\": \"INT64\", \"shape\": [1]}]}", "has no data"),
            (
                "{\"inputs\": [{\"name\": \"a\", \"datatype\": \"INT9\", \"shape\": [1], \"data\": [1]}]}",
                "datatype \"INT9\""
            ),
            (
                "{\"inputs\": [{\"name\": \"a\", \"datatype\": \"INT64\", \"shape\": [2], \"data\": [1]}]}",
                "has 1 elements"
            ),
            (
                "{\"inputs\": [{\"name\": \"a\", \"datatype\": \"INT64\", \"shape\": [1], \"data\": [1.5]}]}",
                "is no INT64"
            ),
            (
                "{\"inputs\": [{\"name\": \"a\", \"datatype\": \"INT64\", \"shape\": [-1], \"data\": []}]}",
                "has the shape [-1]"
            ),
            (
                "{\"inputs\": [{\"name\": \"a\", \"datatype\": \"BYTES\", \"shape\": [1], \"data\": [1]}]}",
                "is no BYTES"
            ),
            (
                "{\"inputs\": [{\"name\": \"a\", \"datatype\": \"FP32\", \"shape\": [4294967296, 4294967296], \"data\": []}]}",
                "has the shape"
            ),
        ])
    func problems(_ json: String, _ text: String) {
        do {
            _ = try read(json)
            #expect(Bool(false), "\(json) was read")
        } catch {
            #expect("\(error)".contains(text), "\(error)")
        }
    }

    @Test func repliesRoundTrip() throws {
        let tensor = ResponseTensor(name: "probs", shape: [2], elements: .floats([0.5, .nan]))
        let (text, none) = InferenceReply(
            modelName: "m|x", modelVersion: "1", id: "q", outputs: [(tensor, false)]
        ).encoded()
        #expect(none == nil)
        #expect(
            String(decoding: text, as: UTF8.self)
                == "{\"model_name\":\"m\\u007cx\",\"model_version\":\"1\",\"id\":\"q\",\"outputs\":[{\"name\":\"probs\","
                + "\"shape\":[2],\"datatype\":\"FP32\",\"data\":[0.5,null]}]}")
        let (binary, length) = InferenceReply(
            modelName: "m", modelVersion: "1", id: nil, outputs: [(tensor, true)]
        ).encoded()
        #expect(try #require(length) == binary.count - 8)
        #expect(Array(binary.suffix(8).prefix(4)) == little(Float(0.5).bitPattern))
    }

    @Test func damageOnlyThrows() throws {
        let seed = Array(
            "{\"id\":\"q\",\"inputs\":[{\"name\":\"a\",\"datatype\":\"BYTES\",\"shape\":[2],\"parameters\":{\"binary_data_size\":11}},{\"name\":\"b\",\"datatype\":\"INT64\",\"shape\":[1,2],\"data\":[[1,2]]}],\"outputs\":[{\"name\":\"o\"}]}"
                .utf8)
        var numbers = SeededRandom(seed: Fuzz.seed(2))
        let count = Fuzz.count(2000)
        for _ in 0..<count {
            let json = damaged(seed, &numbers)
            let body = json + little(UInt32(1)) + [0x61] + little(UInt32(2)) + [0x62, 0x63]
            body.withUnsafeBytes { _ = try? InferenceRequest($0, headerLength: json.count) }
        }
        Fuzz.report("inference requests", count)
    }
}
