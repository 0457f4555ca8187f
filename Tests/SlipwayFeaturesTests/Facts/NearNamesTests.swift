import Testing

@testable import SlipwayFeatures

@Suite struct NearNamesTests {
    @Test(arguments: [
        ("prise", ["price", "title"], ["price"]), ("item_id", ["click__item_id", "zzz"], ["click__item_id"]),
        ("abc", ["xyz"], []), ("", ["a"], ["a"]),
    ])
    func nearest(_ name: String, _ names: [String], _ expected: [String]) {
        #expect(NearNames.nearest(to: name, among: names) == expected)
    }

    @Test func hints() {
        #expect(NearNames.hint(for: "abc", among: ["xyz"], kind: "column") == "columns there are: xyz")
        #expect(NearNames.hint(for: "abc", among: [], kind: "column") == "there is no column at all")
    }
}
