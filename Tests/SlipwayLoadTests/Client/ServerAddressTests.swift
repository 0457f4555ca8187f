import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayLoad

struct ServerAddressTests {
    @Test func pathsAndServices() throws {
        let whole = try ServerAddress("http://10.0.0.1:8080/api/predict/a/b?x=1")
        #expect(whole.host == "10.0.0.1" && whole.port == 8080 && !whole.isSecure)
        #expect(whole.path == "/api/predict/a/b?x=1")
        #expect(whole.hostHeader == "10.0.0.1:8080")
        let named = try ServerAddress("https://host", service: "group/my model")
        #expect(named.port == 443 && named.isSecure)
        #expect(named.path == "/api/predict/group/my%20model")
        #expect(named.hostHeader == "host")
        #expect(try ServerAddress("http://[::1]:81/", service: "s").description == "http://[::1]:81/api/predict/s")
    }

    @Test(
        "what is no address is refused with what is missing",
        arguments: [
            ("host:80", "s", "no http:// or https:// address"), ("ftp://host/x", nil, "no http:// or https:// address"),
            ("http://", "s", "names no host"), ("http://host:80", nil, "names no service"),
            ("http://host:80", "", "names no service"), ("http://host/x", "s", "--service is given too"),
            ("http://host:0/x", nil, "has the port 0"), ("http://host:99999/x", nil, "has the port 99999"),
        ] as [(String, String?, String)])
    func problems(_ text: String, _ service: String?, _ what: String) throws {
        let error = try failure { try ServerAddress(text, service: service) }
        #expect(error.code == .invalidArgument)
        #expect(error.message.contains(what), "\(error)")
    }
}
