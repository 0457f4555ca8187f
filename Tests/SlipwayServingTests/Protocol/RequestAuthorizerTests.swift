import SlipwayProtocol
import Testing

struct RequestAuthorizerTests {
    private func parts(_ path: String = "/api/predict/my_service", type: String = "application/octet-stream")
        -> RequestAuthorizer.SignedParts
    {
        RequestAuthorizer.SignedParts(
            method: "POST", contentMD5: "5d41402abc4b2a76b9719d911017c592", contentType: type,
            date: "Mon, 23 Nov 2026 12:07:37 GMT", path: path)
    }

    /// Signed by Python's hmac with the key `topsecret`.
    private let signature = "EAS QCPccpByv4HlO3T7HG1XSQTsvJU="

    @Test func tokensAndSignaturesOpen() {
        let authorizer = RequestAuthorizer(tokens: ["old", "topsecret"])
        for allowed in ["old", "topsecret", "Bearer old", "bearer topsecret", signature] {
            #expect(authorizer.allows(allowed, parts()), "\(allowed)")
        }
        for refused in [nil, "", "new", "Bearer", "Bearer x", "oldx", "EAS", "EAS !", "EAS AAAA"] as [String?] {
            #expect(!authorizer.allows(refused, parts()), "\(refused ?? "nil")")
        }
        #expect(!authorizer.allows(signature, parts("/api/predict/other")))
        #expect(!authorizer.allows(signature, parts(type: "text/plain")))
        #expect(!RequestAuthorizer(tokens: ["wrong"]).allows(signature, parts()))
        #expect(RequestAuthorizer(tokens: []).allows(nil, parts()))
    }

    /// The Java client drops leading zeros.
    @Test func md5IsComparedAsANumber() {
        Array("168".utf8).withUnsafeBytes { body in
            for same in [
                "006f52e9102a8d3be2fe5614f42ba989", "6f52e9102a8d3be2fe5614f42ba989", "6F52E9102A8D3BE2FE5614F42BA989",
            ] {
                #expect(RequestAuthorizer.isMD5(same, of: body))
            }
            #expect(!RequestAuthorizer.isMD5("6f52e9102a8d3be2fe5614f42ba98", of: body))
        }
    }
}
