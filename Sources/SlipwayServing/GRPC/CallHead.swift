import NIOHPACK
import NIOHTTP1
import SlipwayProtocol

/// What the head of a gRPC call says: the method, its time, how messages are compressed.
struct CallHead {
    let path: String
    let method: GRPCMethod
    /// Nanoseconds that the caller waits; nil where it does not say.
    let timeoutNs: UInt64?
    /// Of messages whose flag says that they are compressed; nil where the call names none.
    let encoding: BodyEncoding?
    /// The metadata.
    let headers: HTTPHeaders

    /// A head that is no gRPC call of this server.
    struct Refusal: Error {
        let status: GRPCStatus
        var httpStatus = 200
        var headers: [(String, String)] = []
    }

    /// Encodings that are read, as `grpc-accept-encoding` lists them.
    static let encodings = "identity,gzip,deflate"

    init(_ head: HPACKHeaders) throws(Refusal) {
        let path = head.first(name: ":path") ?? ""
        guard Self.isGRPC(head.first(name: "content-type") ?? "") else {
            throw Refusal(
                status: GRPCStatus(.unknown, "this port speaks gRPC; the content type must be application/grpc"),
                httpStatus: 415)
        }
        guard head.first(name: ":method") == "POST" else {
            throw Refusal(status: GRPCStatus(.unimplemented, "gRPC calls are made by POST"), httpStatus: 405)
        }
        guard let method = GRPCMethod(path: path) else {
            throw Refusal(status: GRPCStatus(.unimplemented, "there is no method \(String(path.prefix(200)))"))
        }
        var timeoutNs: UInt64?
        if let text = head.first(name: "grpc-timeout") {
            guard let given = GRPCTimeout.nanoseconds(text) else {
                throw Refusal(
                    status: GRPCStatus(.invalidArgument, "grpc-timeout is \"\(text.prefix(40))\", which is no time"))
            }
            timeoutNs = given
        }
        var encoding: BodyEncoding?
        if let name = head.first(name: "grpc-encoding"), name != "identity" {
            guard name == "gzip" || name == "deflate" else {
                throw Refusal(
                    status: GRPCStatus(
                        .unimplemented, "messages in \"\(name.prefix(40))\" are not read; use gzip, deflate or identity"
                    ),
                    headers: [("grpc-accept-encoding", Self.encodings)])
            }
            encoding = name == "gzip" ? .gzip : .zlib
        }
        self.path = path
        self.method = method
        self.timeoutNs = timeoutNs
        self.encoding = encoding
        headers = HTTPHeaders(head.lazy.filter { !$0.name.hasPrefix(":") }.map { ($0.name, $0.value) })
    }

    /// `application/grpc`, with `+proto` or parameters behind it.
    private static func isGRPC(_ contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
        return type == "application/grpc" || type == "application/grpc+proto"
    }
}
