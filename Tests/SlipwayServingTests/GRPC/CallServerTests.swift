import Foundation
import SlipwayTestSupport
import Testing

/// gRPC calls to a server, frame by frame.
struct CallServerTests {
    private static let stream = "/inference.GRPCInferenceService/ModelStreamInfer"

    /// Scores of `InferMessage.example` by the other protocol.
    private func expected(_ server: TestServer) throws -> [Float] {
        var request = RequestBytes()
        request.ids(["a", "b"])
        request.user("user_id", .int(87))
        request.user("age", .float(0.5))
        request.user("income", .double(0.25))
        request.user("profile", .floats([1, 2, 3, 4]))
        request.item("item_id", [.int(48), .int(49)])
        request.item("price", [.float(1), .float(2)])
        request.item("item_vec", [.floats([1, 2, 3, 4]), .floats([5, 6, 7, 8])])
        return try server.predict(request.bytes).probs
    }

    private func isNear(_ first: [Float]?, _ second: [Float]) -> Bool {
        guard let first, first.count == second.count else { return false }
        return zip(first, second).allSatisfy { abs($0 - $1) <= 1e-6 }
    }

    @Test func callsAreScoredAsByTheOtherProtocol() throws {
        let server = try TestServer.example(grpc: true)
        let expected = try expected(server)
        let connection = try server.connectForCalls()
        for (number, headers) in [[:], ["grpc-encoding": "gzip"], ["grpc-timeout": "20S", "x-request-id": "a b"]]
            .enumerated()
        {
            let answer = try connection.call(
                "ModelInfer", InferMessage.example(), stream: 2 * number + 1, headers: headers)
            #expect(answer.status == 0, "\(answer)")
            #expect(answer.headers[":status"] == "200" && answer.headers["content-type"] == "application/grpc")
            #expect(
                answer.headers["x-model-version"] != nil && answer.headers["server-timing"]?.contains("run;dur") == true
            )
            if number == 2 { #expect(answer.headers["x-request-id"] == "a_b") }
            #expect(isNear(InferMessage.probs(answer.messages.first ?? []), expected))
        }
        // Compressed, in pieces, with a request id and trace of its own.
        let body = try RawHTTP2.message(CompressedBody.make(InferMessage.example(), "gzip"), flag: 1)
        let trace = "00-\(String(repeating: "ab", count: 16))-\(String(repeating: "cd", count: 8))-01"
        try connection.open(
            "/inference.GRPCInferenceService/ModelInfer", stream: 9,
            headers: ["grpc-encoding": "gzip", "traceparent": trace])
        connection.data(Array(body.prefix(3)), stream: 9, ends: false)
        connection.data(Array(body.dropFirst(3)), stream: 9)
        let answer = try #require(connection.answer(9))
        #expect(answer.headers["traceparent"]?.hasPrefix("00-\(String(repeating: "ab", count: 16))-") == true)
        #expect(isNear(InferMessage.probs(answer.messages.first ?? []), expected))
        #expect(try server.metrics("slipway_grpc_requests_total{method=\"ModelInfer\",code=\"OK\"}") == 4)
        #expect(try server.metrics("slipway_grpc_request_seconds_count{method=\"ModelInfer\"}") == 4)
    }

    @Test(
        "calls that are refused",
        arguments: [
            (["content-type": "text/plain"], 2, "speaks gRPC"), ([":method": "PUT"], 12, "by POST"),
            ([":path": "/nobody/Here"], 12, "there is no method /nobody/Here"),
            (["grpc-encoding": "snappy"], 12, "use gzip, deflate or identity"),
            (["grpc-timeout": "soon"], 3, "which is no time"),
            (["authorization": "Bearer wrong"], 16, "the token is missing or wrong"),
            (["grpc-timeout": "0n"], 4, "within 0 ms"),
            (["authorization": "secret", "grpc-timeout": "1n"], 4, "within 0 ms"),
        ] as [([String: String], Int, String)])
    func refusals(_ headers: [String: String], _ status: Int, _ text: String) throws {
        let server = try TestServer.example(["--token", "secret"], grpc: true)
        let connection = try server.connectForCalls()
        let all = ["authorization": "Bearer secret"].merging(headers) { $1 }
        let answer = try connection.call("ModelInfer", InferMessage.example(), headers: all)
        #expect(answer.status == status, "\(answer)")
        #expect(answer.message.contains(text), "\(answer.message)")
        if text.contains("gzip") { #expect(answer.headers["grpc-accept-encoding"] == "identity,gzip,deflate") }
        if headers["content-type"] != nil { #expect(answer.headers[":status"] == "415") }
        // The connection goes on, and probes need no token.
        #expect(try connection.call("ServerLive", [], stream: 3).messages == [[8, 1]])
        #expect(try connection.call("ServerReady", [], stream: 5).messages == [[8, 1]])
        #expect(try connection.call("ModelReady", field(1, Array("example".utf8)), stream: 7).status == 16)
    }

    @Test func messagesThatAreNoneAreRefused() throws {
        let server = try TestServer.example(["--max-body-bytes", "5000"], grpc: true)
        let connection = try server.connectForCalls()
        let cases: [(bytes: [UInt8], status: Int, text: String)] = [
            ([0, 0, 1, 0, 0], 8, "65536 bytes, 5000 are allowed"), ([9, 0, 0, 0, 0], 3, "begins with the byte 9"),
            ([0, 0, 0], 3, "ends inside a message"), ([], 12, "there is none"),
            (RawHTTP2.message([0x0a, 0xff]), 3, "malformed at byte"), (RawHTTP2.message([]), 5, "there is no model "),
            (RawHTTP2.message(InferMessage.example(), flag: 1), 3, "grpc-encoding does not say how"),
        ]
        for (number, one) in cases.enumerated() {
            try connection.open("/inference.GRPCInferenceService/ModelInfer", stream: 2 * number + 1)
            connection.data(one.bytes, stream: 2 * number + 1)
            let answer = try #require(connection.answer(2 * number + 1))
            #expect(answer.status == one.status && answer.message.contains(one.text), "\(one): \(answer)")
        }
        #expect(try connection.call("ModelMetadata", [UInt8](repeating: 0, count: 4000), stream: 99).status == 3)
    }

    @Test func streamsAnswerEachMessageInItsOrder() throws {
        let server = try TestServer.example(grpc: true)
        let expected = try expected(server)
        let connection = try server.connectForCalls()
        try connection.open(Self.stream, stream: 1)
        let all = (0..<40).flatMap { number in
            RawHTTP2.message(InferMessage.example(model: number == 7 ? "nobody" : "example", id: "r\(number)"))
        }
        connection.data(all, stream: 1, ends: false)
        let messages = try #require(connection.messages(1, 40))
        for (number, message) in messages.enumerated() {
            let (error, response) = InferMessage.streamed(message)
            let id = ResponseFields.fields(response[...])?.first { $0.0 == 3 }.map {
                String(decoding: $0.1, as: UTF8.self)
            }
            #expect(id == "r\(number)")
            #expect(error == (number == 7 ? "there is no model nobody" : ""))
            if number != 7 { #expect(isNear(InferMessage.probs(response), expected)) }
        }
        connection.data([], stream: 1)
        #expect(connection.answer(1)?.status == 0)
        #expect(try server.metrics("slipway_grpc_requests_total{method=\"ModelStreamInfer\",code=\"OK\"}") == 39)
        #expect(try server.metrics("slipway_grpc_requests_total{method=\"ModelStreamInfer\",code=\"NOT_FOUND\"}") == 1)
    }

    /// The time of the call is over in the middle of a stream.
    @Test func streamsEndAtTheirDeadline() throws {
        let server = try TestServer.example(grpc: true)
        let connection = try server.connectForCalls()
        try connection.open(Self.stream, stream: 1, headers: ["grpc-timeout": "300m"])
        connection.data(RawHTTP2.message(InferMessage.example()), stream: 1, ends: false)
        let answer = try #require(connection.answer(1))
        #expect(answer.status == 4 && answer.message.contains("the time of the call is over"), "\(answer)")
    }

    @Test func theQueueShedsAndTheRateIsLimited() throws {
        let server = try TestServer.example(["--rate-limit", "2"], grpc: true)
        let connection = try server.connectForCalls()
        let codes = try (0..<12).map {
            try connection.call("ModelInfer", InferMessage.example(), stream: 2 * $0 + 1).status
        }
        #expect(codes.prefix(2) == [0, 0])
        #expect(codes.contains(8) && Set(codes).isSubset(of: [0, 8]))
    }
}
