import SlipwayCore
import SlipwayProtocol
import Testing

@testable import SlipwayServing

/// What errors and refusals are to clients of either protocol.
struct ErrorTableTests {
    private static let invalid: (Int, GRPCStatus.Code) = (400, .invalidArgument)

    @Test(
        "every code of an error",
        arguments: [
            (.invalidArgument, invalid), (.invalidConfig, invalid), (.notFound, invalid), (.alreadyExists, invalid),
            (.corrupt, invalid), (.mismatch, invalid), (.outOfRange, invalid), (.unsupported, (501, .unimplemented)),
            (.ioFailure, (500, .internalFault)), (.diskFull, (500, .internalFault)),
            (.internalFault, (500, .internalFault)),
        ] as [(SlipwayError.Code, (Int, GRPCStatus.Code))])
    func codes(_ code: SlipwayError.Code, _ expected: (Int, GRPCStatus.Code)) {
        let response = ServerResponse.error(SlipwayError(code, "what is wrong"), id: "r")
        #expect(response.status == expected.0)
        #expect(response.failure?.code == expected.1)
        // The caller reads of what the caller can mend.
        let text =
            code == .internalFault ? "internal error; the server's log has it under this request id" : "what is wrong"
        #expect(response.failure?.message == text)
    }

    @Test(
        "every refusal",
        arguments: [
            (400, .invalidArgument), (401, .unauthenticated), (403, .permissionDenied), (404, .notFound),
            (405, .unimplemented),
            (408, .deadlineExceeded), (413, .resourceExhausted), (429, .resourceExhausted), (450, .resourceExhausted),
            (500, .internalFault), (501, .unimplemented), (503, .unavailable), (599, .internalFault),
        ] as [(Int, GRPCStatus.Code)])
    func refusals(_ status: Int, _ code: GRPCStatus.Code) {
        let response = ServerResponse.error(status, "why", id: "r")
        #expect(response.failure == GRPCStatus(code, "why"))
        #expect(ServerResponse.json("{}", status: 200).failure == nil)
    }
}
