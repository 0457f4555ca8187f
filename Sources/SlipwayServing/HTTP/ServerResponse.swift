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
        return response
    }

    /// What an error means to the caller. Defects of this program are answered without detail.
    static func error(_ error: any Error, id: String) -> ServerResponse {
        guard let known = error as? SlipwayError, known.code.isUserFault else {
            return .error(500, "internal error; the server's log has it under this request id", id: id)
        }
        return .error(status(of: known.code), known.description, id: id)
    }

    /// What each code is to an HTTP client.
    static func status(of code: SlipwayError.Code) -> Int {
        switch code {
        case .internalFault, .ioFailure, .diskFull: return 500
        case .unsupported: return 501
        default: return 400
        }
    }

    var httpStatus: HTTPResponseStatus {
        switch status {
        case 450: return .custom(code: 450, reasonPhrase: "Queue Full")
        default: return HTTPResponseStatus(statusCode: status)
        }
    }
}
