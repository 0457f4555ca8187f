import Foundation
import SlipwayCore
import SlipwayTestSupport
import SwiftProtobuf
import Testing

@testable import SlipwayConfig

@Suite struct TextRoundTripTests {
    /// SwiftProtobuf's own printer is the independent writer here.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func readsWhatSwiftProtobufPrints(seed: UInt64) throws {
        var random = RandomConfig(seed: seed)
        let config = try random.config()
        let text = config.textFormatString()
        let parsed = try PipelineConfig.parse(text: text, fileName: "seed \(seed)", duplicates: .lastWins).config
        #expect(parsed == config, "seed \(seed)")
    }

    /// SwiftProtobuf's own parser is the independent reader here.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func printsWhatSwiftProtobufReads(seed: UInt64) throws {
        var random = RandomConfig(seed: seed &+ 1000)
        let config = try random.config()
        let text = try PipelineConfig.text(of: config)
        #expect(try TzrecEasyRecConfig(textFormatString: text) == config, "seed \(seed)")
        #expect(try PipelineConfig.parse(text: text, fileName: "again").config == config, "seed \(seed)")
    }

    /// Damaged configs are read or refused with a place, never anything else.
    @Test(arguments: Goldens.fixtureCases)
    func survivesDamage(name: String) throws {
        let original = Array(try Goldens.fixture("\(name)/pipeline.config").utf8)
        Fuzz.report("pipeline configs", Fuzz.count(400))
        for number in 0..<Fuzz.count(400) {
            let seed = Fuzz.seed(UInt64(number))
            var mutator = Mutator(seed: seed)
            let bytes = mutator.damage(original)
            do {
                let config = try PipelineConfig.parse(bytes: bytes, fileName: name, duplicates: .lastWins).config
                let text = try PipelineConfig.text(of: config)
                _ = try PipelineConfig.parse(text: text, fileName: name)
            } catch let error as SlipwayError {
                #expect(error.code == .invalidConfig && error.message.hasPrefix("\(name):"), "seed \(seed): \(error)")
            }
        }
    }
}

/// Changes a few bytes or stretches of a text.
private struct Mutator {
    private var random: SeededRandom
    private static let pieces = [
        "{", "}", "<", ">", "[", "]", ":", "\"", "'", "\\", "#", "\n", "-", "1e", "true", "\u{0}", "é",
    ]

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func damage(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let stop = min(bytes.count, place + Int.random(in: 1...12, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.removeSubrange(place..<stop)
            case 1: bytes.insert(contentsOf: Array(bytes[place..<stop]), at: place)
            case 2: bytes.insert(contentsOf: Array((Self.pieces.randomElement(using: &random) ?? "{").utf8), at: place)
            case 3: if place < bytes.count { bytes[place] = .random(in: 0...255, using: &random) }
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }
}
