/// A request is not scored; the response says why.
struct Refusal: Error {
    let response: ServerResponse

    init(_ response: ServerResponse) { self.response = response }

    init(_ status: Int, _ message: String, _ request: ServerRequest) {
        response = .error(status, message, id: request.id)
    }
}
