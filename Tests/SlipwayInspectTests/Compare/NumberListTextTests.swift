import Testing

@testable import SlipwayInspect

struct NumberListTextTests {
    @Test func numbersInOrder() {
        #expect(NumberListText.parse("0.5") == .numbers([0.5]))
        #expect(NumberListText.parse("7") == .integers([7]))
        #expect(NumberListText.parse("[]") == .integers([]))
        #expect(NumberListText.parse("[0.5,1]") == .numbers([0.5, 1]))
        #expect(NumberListText.parse("[[1, 2], [3]]") == .integers([1, 2, 3]))
        #expect(NumberListText.parse("[-1e-3,inf]") == .numbers([-0.001, .infinity]))
        #expect(NumberListText.parse("[nan]")?.doubles?.first?.isNaN == true)
    }

    @Test(arguments: ["", "a", "[", "]", "[1", "1]", "[1]]", "[1][2]", "[1] 2", "1,2", "1 2", "[a]", "[1,b]", "1[2]", "[1;2]"])
    func anythingElse(text: String) {
        #expect(NumberListText.parse(text) == nil)
    }
}
