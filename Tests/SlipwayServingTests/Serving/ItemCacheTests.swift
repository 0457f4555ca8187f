import SlipwayServing
import SlipwayTestSupport
import Testing

/// More item features than `item_cache_mb` holds, behind a server.
struct ItemCacheTests {
    @Test func theRestIsLookedUpAndCounted() async throws {
        let folder = try TemporaryFolder()
        let example = try ExamplePackage.shared.get()
        let path = folder.path("items.db")
        try example.writeItems(0..<100, to: path)
        try ExamplePackage.multiplyItems(path, by: 100)
        let server = try TestServer.example(
            ["--items", path, "--item-key", "id", "--item-cache-mb", "1"], tiled: true, admin: true)
        let kept = try server.metrics("slipway_item_cache_items{")
        let leftOut = try server.metrics("slipway_item_cache_left_out{")
        #expect(kept > 100 && leftOut > 100 && kept + leftOut == 10_000, "\(kept) and \(leftOut)")
        #expect(try server.metrics("slipway_item_cache_bytes{") <= 1_048_576)
        #expect(server.server.banner().contains { $0.hasPrefix("items ") && $0.hasSuffix("more looked up") })
        // Ids go round the rows copy by copy: the last copy is beyond what fits.
        let supplied = try server.predict(example.request(user: 3, candidates: [7, 8])).probs
        let body = example.request(user: 3, candidates: [7, 8], withItems: false, ids: ["row7-99", "row8-99"])
        for _ in 0..<2 {
            let found = try server.predict(body).probs
            #expect(found.count == 2 && zip(found, supplied).allSatisfy { abs($0 - $1) <= 2e-6 }, "\(found)")
        }
        // Two ids that are not there, asked for above, and these two. Counted after the answer is on its way.
        try await until { try server.metrics("slipway_item_lookups_total{model=\"example\",result=\"ok\"") == 4 }
        #expect(try server.metrics("slipway_item_cache_recent{") == 4)
        let status = try RawHTTP(port: try #require(server.server.adminPort)).ask("GET", "/admin/status").text
        #expect(status.contains("\"left_out\":\(Int(leftOut))"))
    }
}
