import SlipwayCore
import SlipwayRedis
import SlipwayScheduling

/// The right to load, which one process has at a time and loses by itself when it is killed.
final class LoadLock {
    private let generations: RedisGenerations
    private let token: String
    private var renewedNs: UInt64
    private static let keepMs = 15_000
    private static let renewNs: UInt64 = 3_000_000_000

    /// - Parameters:
    ///   - token: differs from process to process.
    ///   - takesOver: takes the right from whoever has it.
    /// - Throws: `alreadyExists` while another has it.
    init(_ generations: RedisGenerations, token: String, takesOver: Bool) throws {
        self.generations = generations
        self.token = token
        let key = generations.keys.loading
        let words = ["SET", key, token, "PX", "\(Self.keepMs)"] + (takesOver ? [] : ["NX"])
        // A try whose answer was lost may have succeeded.
        guard try generations.one(words) != .null || generations.one(["GET", key]).string == token else {
            let other = try generations.one(["GET", key]).string ?? "another process"
            throw SlipwayError(
                .alreadyExists, "\(other) loads at present",
                fix: "wait for it; where it was killed, for \(Self.keepMs / 1000) seconds, or give --take-over")
        }
        renewedNs = SteadyClock.now()
    }

    /// Keeps the right. Throws `mismatch` when another took it.
    func renew() throws {
        guard SteadyClock.now() - renewedNs > Self.renewNs else { return }
        try evaluate("redis.call('PEXPIRE', KEYS[1], ARGV[2])", [], ["\(Self.keepMs)"])
        renewedNs = SteadyClock.now()
    }

    /// Writes what is known of a generation and serves it, both at once and only with the right to.
    func serve(_ name: String, _ facts: GenerationFacts) throws {
        try evaluate(
            "redis.call('HSET', KEYS[2], ARGV[2], ARGV[3]); redis.call('SET', KEYS[3], ARGV[2])",
            [generations.keys.generations, generations.keys.current], [name, facts.json])
    }

    func release() {
        _ = try? evaluate("redis.call('DEL', KEYS[1])", [], [])
    }

    private func evaluate(_ body: String, _ keys: [String], _ arguments: [String]) throws {
        let script = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end \(body) return 1"
        let all = [generations.keys.loading] + keys
        let words = ["EVAL", script, "\(all.count)"] + all + [token] + arguments
        guard try generations.one(words, key: 3) == .integer(1) else {
            throw SlipwayError(
                .mismatch, "another process took over the load", fix: "let that one finish, or load again")
        }
    }
}
