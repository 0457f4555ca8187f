import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayRuntime

@Suite struct ArenaTests {
    @Test func blocksDoNotOverlap() throws {
        var random = SeededRandom(seed: 5)
        var arena = Arena()
        for _ in 0..<20 {
            try arena.reset()
            var live: [(address: UnsafeMutableRawPointer, bytes: Int)] = []
            for _ in 0..<200 {
                if !live.isEmpty, Bool.random(using: &random) {
                    let block = live.remove(at: Int.random(in: 0..<live.count, using: &random))
                    arena.release(block.address, block.bytes)
                } else {
                    let bytes = Int.random(in: 1...9000, using: &random)
                    let address = try arena.allocate(bytes)
                    #expect(UInt(bitPattern: address) % 64 == 0)
                    for other in live {
                        #expect(address + bytes <= other.address || other.address + other.bytes <= address)
                    }
                    live.append((address, bytes))
                }
            }
        }
    }

    @Test func aSteadyLoadStopsGrowing() throws {
        var arena = Arena()
        var sizes: [Int] = []
        for _ in 0..<5 {
            try arena.reset()
            let first = try arena.allocate(300_000)
            let second = try arena.allocate(500_000)
            arena.release(first, 300_000)
            let third = try arena.allocate(200_000)
            arena.release(second, 500_000)
            arena.release(third, 200_000)
            sizes.append(arena.capacity)
        }
        #expect(Set(sizes.dropFirst()).count == 1)
    }

    @Test func freedNeighboursAreOneBlock() throws {
        var arena = Arena()
        try arena.reset()
        let blocks = try (0..<4).map { _ in try arena.allocate(16 << 10) }
        let capacity = arena.capacity
        for index in [1, 3, 0, 2] { arena.release(blocks[index], 16 << 10) }
        _ = try arena.allocate(64 << 10)
        #expect(arena.capacity == capacity)
    }

    @Test func sizesThatCannotBeAreRefused() throws {
        #expect(
            try failure {
                var arena = Arena()
                _ = try arena.allocate(.max)
            }.code == .outOfRange)
    }
}
