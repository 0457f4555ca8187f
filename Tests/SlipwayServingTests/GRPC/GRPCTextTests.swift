import SlipwayProtocol
import Testing

/// What gRPC writes into headers.
struct GRPCTextTests {
    @Test(
        arguments: [
            ("1n", 1), ("250m", 250_000_000), ("30S", 30_000_000_000), ("2M", 120_000_000_000),
            ("1H", 3_600_000_000_000),
            ("5u", 5000), ("00000001S", 1_000_000_000), ("99999999H", UInt64(Int64.max / 4)), ("0m", 0),
        ] as [(String, UInt64)])
    func timeoutsAreRead(_ text: String, _ nanoseconds: UInt64) {
        #expect(GRPCTimeout.nanoseconds(text) == nanoseconds)
    }

    @Test(arguments: ["", "S", "1", "1s", "-1S", "+1S", "1.5S", "999999999S", "1 S", "１S", "12"])
    func whatIsNoTimeoutIsNone(_ text: String) { #expect(GRPCTimeout.nanoseconds(text) == nil) }

    @Test func messagesAreEncoded() {
        #expect(GRPCStatus(.aborted, "100% of a\nb — é").encodedMessage == "100%25 of a%0Ab %E2%80%94 %C3%A9")
        #expect(GRPCStatus(.aborted, String(repeating: "x", count: 5000)).encodedMessage.utf8.count == 2000)
    }

    /// Numbers and names of gRPC's documents.
    @Test func codesHaveTheirNumbers() {
        let some: [GRPCStatus.Code: (Int, String)] = [
            .ok: (0, "OK"), .invalidArgument: (3, "INVALID_ARGUMENT"), .deadlineExceeded: (4, "DEADLINE_EXCEEDED"),
            .notFound: (5, "NOT_FOUND"), .permissionDenied: (7, "PERMISSION_DENIED"),
            .resourceExhausted: (8, "RESOURCE_EXHAUSTED"), .unimplemented: (12, "UNIMPLEMENTED"),
            .internalFault: (13, "INTERNAL"), .unavailable: (14, "UNAVAILABLE"),
            .unauthenticated: (16, "UNAUTHENTICATED"),
        ]
        for (code, expected) in some { #expect(code.rawValue == expected.0 && code.word == expected.1) }
        #expect(GRPCStatus.Code.allCases.map(\.rawValue) == Array(0...16))
    }

    @Test func methodsAreFoundByTheirPath() {
        #expect(GRPCMethod(path: "/inference.GRPCInferenceService/ModelInfer") == .modelInfer)
        #expect(GRPCMethod(path: "/grpc.health.v1.Health/Watch") == .healthWatch)
        #expect(GRPCMethod(path: "/grpc.health.v1.Health/ModelInfer") == nil)
        #expect(GRPCMethod(path: "") == nil)
        for method in GRPCMethod.allCases { #expect(GRPCMethod(path: method.path) == method) }
    }
}
