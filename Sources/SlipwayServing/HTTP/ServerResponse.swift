import NIOHTTP1
import SlipwayCore
import SlipwayProtocol

/// An HTTP response, body and all.
struct ServerResponse: Sendable {
    var status: Int
    var contentType: String
    var headers: [(String, String)] = []
    var body: [UInt8]
    /// Whether the connection ends with it.
    var closes = false
    /// What an error is to a gRPC client; nil for an answer.
    var failure: GRPCStatus?

    init(status: Int = 200, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    static func json(_ text: String, status: Int = 200) -> ServerResponse {
        ServerResponse(status: status, contentType: "application/json", body: Array(text.utf8))
    }

    /// An error no client takes for a response: a JSON object without `|` is no protobuf message.
    static func error(_ status: Int, _ message: String, id: String) -> ServerResponse {
        var response = json(
            "{\"code\":\(status),\"error\":\(JSONString.quoted(message)),\"request_id\":\(JSONString.quoted(id))}",
            status: status)
        response.closes = status == 408
        response.failure = GRPCStatus(grpcCode(ofStatus: status), message)
        return response
    }

    /// What an error means to the caller. Defects of this program are answered without detail.
    static func error(_ error: any Error, id: String) -> ServerResponse {
        guard let known = error as? SlipwayError, known.code.isUserFault else {
            return .error(500, "internal error; the server's log has it under this request id", id: id)
        }
        var response = ServerResponse.error(status(of: known.code), known.description, id: id)
        response.failure?.code = grpcCode(of: known.code)
        return response
    }

    /// What each code is to an HTTP client.
    static func status(of code: SlipwayError.Code) -> Int {
        switch code {
        case .internalFault, .ioFailure, .diskFull: return 500
        case .unsupported: return 501
        default: return 400
        }
    }

    /// What each code is to a gRPC client.
    static func grpcCode(of code: SlipwayError.Code) -> GRPCStatus.Code {
        switch code {
        case .internalFault, .ioFailure, .diskFull: return .internalFault
        case .unsupported: return .unimplemented
        default: return .invalidArgument
        }
    }

    /// What each refusal is to a gRPC client, by its HTTP status.
    static func grpcCode(ofStatus status: Int) -> GRPCStatus.Code {
        switch status {
        case 400: return .invalidArgument
        case 401: return .unauthenticated
        case 403: return .permissionDenied
        case 404: return .notFound
        case 405, 501: return .unimplemented
        case 408: return .deadlineExceeded
        case 413, 429, 450: return .resourceExhausted
        case 503: return .unavailable
        default: return .internalFault
        }
    }

    var httpStatus: HTTPResponseStatus {
        switch status {
        case 450: return .custom(code: 450, reasonPhrase: "Queue Full")
        default: return HTTPResponseStatus(statusCode: status)
        }
    }
}
