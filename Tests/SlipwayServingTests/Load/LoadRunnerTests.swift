import Foundation
import NIOCore
import SlipwayLatency
import SlipwayLoad
import Testing

/// Open loop: what a stall of the server costs is counted for every request behind it.
@Suite(.serialized)
struct LoadRunnerTests {
    private func run(
        _ server: ScriptedServer, _ steps: [RateStep], connections: Int = 16, timeoutMs: Int = 60_000
    ) throws -> LoadResult {
        var options = ClientOptions()
        options.connections = connections
        options.timeoutMs = timeoutMs
        options.keepsBodies = false
        let client = try ServerClient(ServerAddress("http://127.0.0.1:\(server.port)/x"), options)
        defer { client.stop() }
        return LoadRunner(client, bodies: [ByteBuffer(bytes: [1])]).run(ArrivalSchedule(steps: steps, arrivals: .even))
    }

    /// One connection, the first request takes a second, 100 requests a second are due: they wait 1 s, 0.99 s, … A
    /// generator that waits for answers before it sends would have seen one slow request.
    @Test func nothingIsOmittedDuringAStall() throws {
        let server = try ScriptedServer { .answer(200, afterMs: $0 == 0 ? 1000 : 0) }
        let result = try run(server, [RateStep(rate: 100, seconds: 1)], connections: 1)
        let latency = result.measured.latency
        #expect(result.measured.scored == 100)
        #expect(latency.count == 100)
        // Of the waits 0.01 s, 0.02 s, … 1 s; a busy machine only makes them longer.
        #expect(latency.percentile(50) >= 500_000)
        #expect(latency.percentile(90) >= 900_000)
        #expect(result.mostOpen >= 10)
    }

    @Test func statusesTimeoutsAndFailuresAreCounted() throws {
        let server = try ScriptedServer { number in
            switch number % 5 {
            case 0: .answer(450)
            case 1: .silence
            case 2: .hangUp
            default: .answer(200)
            }
        }
        let result = try run(
            server, [RateStep(rate: 20, seconds: 0.25, isWarmUp: true), RateStep(rate: 50, seconds: 1)],
            connections: 60, timeoutMs: 3000)
        let measured = result.measured
        #expect(measured.sent == 50)
        let failures = measured.failures.values.reduce(0, +)
        #expect(measured.statuses.values.reduce(0, +) + measured.timeouts + failures == 50)
        #expect(measured.timeouts >= 5 && failures >= 1 && (measured.statuses[450] ?? 0) >= 5)
        #expect(measured.latency.count == UInt64(measured.scored + measured.timeouts))
        #expect(measured.latency.largest >= 3_000_000)
        #expect(result.steps.map { $0.measure.sent } == [5, 50])
        #expect(result.intervals.reduce(0) { $0 + $1.due } == 55)
        #expect(result.intervals.reduce(0) { $0 + $1.scored + $1.failed } == 55)
    }

    /// A server that takes 20 ms a request, one at a time, bears at most 50 a second.
    @Test func theSearchFindsWhatTheServerBears() throws {
        let server = try ScriptedServer { _ in .answer(200, afterMs: 20) }
        var options = ClientOptions()
        options.connections = 1
        options.timeoutMs = 5000
        let client = try ServerClient(ServerAddress("http://127.0.0.1:\(server.port)/x"), options)
        defer { client.stop() }
        let search = LoadSearch(
            LoadRunner(client, bodies: [ByteBuffer(bytes: [1])]), target: .init(limitMs: 800), arrivals: .even,
            probeSeconds: 1.5, warmUpSeconds: 0, seed: 1)
        let found = try search.run(RateSearch(start: 16, tolerance: 0.2), most: 1000) { _ in }
        let rate = try #require(found.rate)
        // What waits behind 50 a second is within the limit at first; a busy machine bears less.
        #expect(rate <= 80, "\(rate)")
        #expect(found.probes.last?.isConfirmation == true && found.probes.last?.isBorne == true)
        #expect(found.probes.contains { !$0.isBorne })
    }

    @Test func aServerThatScoresNothingEndsTheSearch() throws {
        let server = try ScriptedServer { _ in .answer(404) }
        let client = try ServerClient(ServerAddress("http://127.0.0.1:\(server.port)/x"), ClientOptions())
        defer { client.stop() }
        let search = LoadSearch(
            LoadRunner(client, bodies: [ByteBuffer(bytes: [1])]), target: .init(limitMs: 50), arrivals: .poisson,
            probeSeconds: 0.5, warmUpSeconds: 0, seed: 1)
        do {
            _ = try search.run(RateSearch(start: 20, tolerance: 0.2), most: 100) { _ in }
            Issue.record("a rate was found")
        } catch {
            #expect("\(error)".contains("answers of status 404"))
        }
    }
}
