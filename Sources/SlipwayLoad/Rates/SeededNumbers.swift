/// Random numbers that a seed makes come again (SplitMix64).
package struct SeededNumbers: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// The numbers of one of many things, the same at every mention of it.
    package init(seed: UInt64, of thing: UInt64, _ part: UInt64 = 0) {
        var mixed = SeededNumbers(seed: seed)
        let base = mixed.next()
        mixed = SeededNumbers(seed: base ^ thing &* 0x9e37_79b9_7f4a_7c15)
        state = mixed.next() ^ part &* 0xd6e8_feb8_6659_fd93
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// From 0 up to but not 1.
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
