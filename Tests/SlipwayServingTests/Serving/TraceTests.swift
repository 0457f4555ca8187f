import Foundation
import SlipwayTestSupport
import Testing

@testable import SlipwayServing

struct TraceTests {
    @Test func contextsAreTakenUp() {
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let context = TraceContext(header: parent)
        #expect(context.traceID == "0af7651916cd43dd8448eb211c80319c")
        #expect(context.parentID == "b7ad6b7169203331")
        #expect(context.isSampledByCaller == true)
        #expect(context.header(isSampled: true).hasPrefix("00-0af7651916cd43dd8448eb211c80319c-"))
        #expect(context.header(isSampled: true) != parent)
        #expect(TraceContext(header: "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-more").parentID != nil)
    }

    /// Malformed ones begin a new trace, as W3C's standard says.
    @Test(
        arguments: [
            nil, "", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
        ] as [String?])
    func malformed(_ header: String?) {
        let context = TraceContext(header: header)
        #expect(context.parentID == nil)
        #expect(context.traceID.count == 32)
        #expect(context.isSampledByCaller == nil)
    }

    /// Spans arrive at a collector written in Python, as OTLP's JSON.
    @Test func spansAreExported() async throws {
        let folder = try TemporaryFolder()
        let script = """
            import http.server, sys
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    body = self.rfile.read(int(self.headers["Content-Length"]))
                    with open(sys.argv[1] + "/spans.tmp", "wb") as file: file.write(self.path.encode() + b"\\n" + body)
                    import os; os.rename(sys.argv[1] + "/spans.tmp", sys.argv[1] + "/spans")
                    self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
                def log_message(self, *_): pass
            server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
            open(sys.argv[1] + "/port", "w").write(str(server.server_port) + "\\n")
            server.handle_request()
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, folder.path]
        try process.run()
        defer { process.terminate() }
        func read(_ name: String) -> String? {
            let text = try? String(contentsOfFile: folder.path(name), encoding: .utf8)
            return text?.isEmpty == false ? text : nil
        }
        await until { read("port")?.hasSuffix("\n") == true }
        let port = try #require(read("port")).trimmingCharacters(in: .whitespacesAndNewlines)
        let server = try TestServer.example(["--trace-endpoint", "http://127.0.0.1:\(port)"])
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let answer = try server.predict(ExamplePackage.shared.get().request(0..<1), headers: ["traceparent": parent])
        let span = try #require(answer.headers["traceparent"]).split(separator: "-")[2]
        await until { read("spans") != nil }
        let lines = try #require(read("spans")).split(separator: "\n", maxSplits: 1)
        #expect(lines[0] == "/v1/traces")
        let object = try #require(JSONSerialization.jsonObject(with: Data(lines[1].utf8)) as? [String: Any])
        let resources = try #require(object["resourceSpans"] as? [[String: Any]])
        let scopes = try #require(resources.first?["scopeSpans"] as? [[String: Any]])
        let spans = try #require(scopes.first?["spans"] as? [[String: Any]])
        let root = try #require(spans.first)
        #expect(root["spanId"] as? String == String(span))
        #expect(root["parentSpanId"] as? String == "b7ad6b7169203331")
        #expect(spans.allSatisfy { $0["traceId"] as? String == "0af7651916cd43dd8448eb211c80319c" })
        #expect(spans.dropFirst().allSatisfy { $0["parentSpanId"] as? String == String(span) })
        #expect(
            Set(spans.compactMap { $0["name"] as? String }).isSuperset(of: [
                "predict example", "queue", "features", "run",
            ]))
    }
}
