import SlipwayCore
import Testing

@Suite struct EditDistanceTests {
    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("kitten", "sitting", 3), ("ab", "ba", 2),
        ("flaw", "lawn", 2),
    ])
    func counts(_ a: String, _ b: String, _ expected: Int) {
        #expect(EditDistance.between(Array(a.utf8), Array(b.utf8)) == expected)
    }
}
