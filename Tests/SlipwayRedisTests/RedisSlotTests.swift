import Testing

@testable import SlipwayRedis

struct RedisSlotTests {
    /// Slots as CLUSTER KEYSLOT of Redis 7 gives them.
    @Test(arguments: [
        ("123456789", 12739), ("foo", 12182), ("", 0), ("item:42", 7184), ("{item:}current", 9168),
        ("item:{a}b", 15495),
        ("{}x", 10595), ("a{b", 13340),
    ])
    func slotsAreRedis(_ key: String, _ slot: Int) { #expect(RedisSlot.of(Array(key.utf8)) == slot) }
}
