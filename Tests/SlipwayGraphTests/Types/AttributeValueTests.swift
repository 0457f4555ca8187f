import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct AttributeValueTests {
    @Test func printsAsText() {
        let cases: [(AttributeValue, String)] = [
            (.int(-3), "-3"), (.float(1), "1.0"), (.float(-0.0), "-0.0"), (.float(1e-30), "1e-30"),
            (.float(.infinity), "inf"), (.float(-.infinity), "-inf"), (.float(.nan), "nan"), (.float(-.nan), "nan"),
            (.float(Double(nan: 5, signaling: false)), "nan"), (.bool(true), "true"), (.string("a\"b\n"), #""a\"b\n""#),
            (.ints([]), "[]"), (.ints([1, -2]), "[1, -2]"),
        ]
        for (value, text) in cases { #expect(value.description == text) }
    }

    @Test func readsWithTypeChecks() throws {
        let attributes = Attributes([
            "i": .int(2), "f": .float(0.5), "b": .bool(true), "s": .string("sum"), "l": .ints([1]),
        ])
        #expect(try attributes.int("i") == 2)
        #expect(try attributes.float("f") == 0.5)
        #expect(try attributes.float("i") == 2)
        #expect(try attributes.bool("b"))
        #expect(try attributes.string("s") == "sum")
        #expect(try attributes.ints("l") == [1])
        #expect(try attributes.choice("s", of: PoolingMode.self) == .sum)
        #expect(attributes.sorted.map(\.name) == ["b", "f", "i", "l", "s"])
        func message(_ body: () throws -> Void) -> String? {
            #expect(throws: SlipwayError.self) { try body() }?.message
        }
        #expect(message { _ = try attributes.int("f") } == "attribute f is 0.5; it must be an integer")
        #expect(message { _ = try attributes.bool("gone") } == "attribute gone is missing; it must be true or false")
        let other = Attributes(["s": .string("max")])
        #expect(
            message { _ = try other.choice("s", of: PoolingMode.self) }
                == "attribute s is \"max\", not one of sum, mean")
    }
}
