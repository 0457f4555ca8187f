import SlipwayCore
import Testing

@testable import SlipwayRedis

struct RedisAddressTests {
    @Test func everyModeIsRead() throws {
        let plain = try RedisAddress("redis://cache")
        #expect(plain.mode == .single && plain.endpoints == [RedisEndpoint(host: "cache", port: 6379)])
        #expect(plain.database == 0 && plain.prefix == "item:" && !plain.usesTLS && plain.password == nil)
        let full = try RedisAddress("rediss://reader:p%40ss%2F@[::1]:7000/3?prefix=shop%3A")
        #expect(full.user == "reader" && full.password == "p@ss/" && full.database == 3 && full.usesTLS)
        #expect(full.endpoints == [RedisEndpoint(host: "::1", port: 7000)] && full.prefix == "shop:")
        let sentinel = try RedisAddress("redis-sentinel://:secret@a,b:1/main/2")
        #expect(sentinel.mode == .sentinel(master: "main") && sentinel.database == 2 && sentinel.user == nil)
        #expect(sentinel.endpoints.map(\.port) == [26379, 1])
        let cluster = try RedisAddress("rediss-cluster://a,b,c?prefix=x:")
        #expect(cluster.mode == .cluster && cluster.endpoints.count == 3 && cluster.usesTLS)
    }

    @Test func secretsAreNotShown() throws {
        for text in ["redis://me:hunter2@h", "redis-sentinel://me:hunter2@h/m", "redis-cluster://:hunter2@h"] {
            let address = try RedisAddress(text)
            #expect(address.password == "hunter2" && !"\(address)".contains("hunter2") && !"\(address)".contains("me:"))
        }
        for text in [
            "redis://me:hunter2@h:port", "redis://me:hunter2/x@h", "redis://:x/hunter2@h", "redis://hunter2@h",
        ] {
            let error = #expect(throws: SlipwayError.self) { try RedisAddress(text) }
            #expect(error.map { !"\($0)".contains("hunter2") } == true)
        }
    }

    @Test(arguments: [
        "http://h", "redis://", "redis://h:0", "redis://h:70000", "redis://a,b", "redis://h/x", "redis://h/1/2",
        "redis://h?ttl=3",
        "redis://h?prefix=", "redis://h?prefix=a{b}", "redis-sentinel://h", "redis-cluster://h/1", "redis://user@h",
        "redis://[::1",
        "redis://:%zz@h",
    ])
    func whatIsWrongIsSaid(_ text: String) {
        let error = #expect(throws: SlipwayError.self) { try RedisAddress(text) }
        #expect(error?.code == .invalidConfig && error?.fix != nil)
    }

    @Test func placesOfMovedSlotsAreRead() {
        let asked = RedisEndpoint(host: "here", port: 1)
        let moved = CommandRound.target("MOVED 3999 10.0.0.1:6381", from: asked)
        #expect(
            moved?.isMoved == true && moved?.slot == 3999
                && moved?.endpoint == RedisEndpoint(host: "10.0.0.1", port: 6381))
        let asks = CommandRound.target("ASK 1 :6381", from: asked)
        #expect(asks?.isMoved == false && asks?.endpoint == RedisEndpoint(host: "here", port: 6381))
        #expect(CommandRound.target("MOVED 1 [::1]:7", from: asked)?.endpoint.host == "::1")
        #expect(CommandRound.target("MOVED 1 ::1:7", from: asked)?.endpoint.host == "::1")
        for text in ["MOVED", "MOVED x h:1", "MOVED 99999 h:1", "MOVED 1 h", "ERR 1 h:1", "ASK 1 h:0"] {
            #expect(CommandRound.target(text, from: asked) == nil, "\(text)")
        }
    }
}
