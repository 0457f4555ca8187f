import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct GraphParserTests {
    /// The error of a graph with `body` from line 3 on.
    private func error(_ body: String) -> SlipwayError? {
        #expect(throws: SlipwayError.self, "\(body)") { try GraphParser.parse("slipway graph 1\nname \"g\"\n" + body) }
    }

    @Test func readsAHandWrittenGraph() throws {
        let graph = try GraphParser.parse(
            "\n\nslipway graph 1\r\nname \"g\"\r\n input \"x\" %\"odd name\" : user f32[U,2]\r\n"
                + "param \"w\" %w:f32[2]\n".replacing("%w:f32", with: "%w : f32")
                + "%y = binary(a=%\"odd name\",b=%w){function=\"add\"} : user f32[U, 2]\noutput \"y\" %y")
        #expect(graph.name == "g")
        #expect(graph.values.map(\.name) == ["odd name", "w", "y"])
        #expect(graph.values.map(\.type) == [f32("U", 2, side: .user), f32(2), f32("U", 2, side: .user)])
        #expect(graph.nodes.map(\.operationName) == ["binary"])
        #expect(graph.outputs.map(\.name) == ["y"])
    }

    @Test(arguments: [
        ("bogus \"x\"", 3, "a line cannot begin with bogus"),
        ("input \"x\" %x :\noutput \"x\" %x", 3, "a word is missing"),
        ("input x %x : f32[B]", 3, "a quoted string is missing"),
        ("input \"x\" x : f32[B]", 3, "% is missing"),
        ("input \"x\" % : f32[B]", 3, "% is missing"),
        ("input \"x\" %x f32[B]", 3, ": is missing"),
        ("input \"x\" %x : g32[B]", 3, "g32 is not an element type"),
        ("input \"x\" %x : f32[B", 3, "] is missing"),
        ("input \"x\" %x : f32[B] f32", 3, "the line should end here"),
        ("input \"x\" %x : f32[B]\ninput \"y\" %x : f32[B]\n", 4, "%x is defined twice"),
        ("\n\ninput \"x\" %x : f32[B]\noutput \"y\" %z\n", 6, "%z is not defined"),
        ("input \"x", 3, "a string does not end"),
        ("input \"x\ny\"", 3, "a string does not end on its line"),
        ("input \"\\u{110000}\" %x : f32[B]", 3, "a \\u escape is malformed"),
        ("input \"\\u41\" %x : f32[B]", 3, "a \\u escape is malformed"),
        ("input ~", 3, "unexpected character ~"),
        ("param \"w\" %w : f32[1] = magic(\"x\")", 3, "a parameter cannot come from magic"),
        ("param \"w\" %w : f32[1] = constant(one)", 3, "one is not a number"),
        ("input \"x\" %x : f32[B]\n%y = softmax(input = %x) : f32[B], f32[B]\n", 4, "1 results, 2 types"),
        ("input \"x\" %x : f32[B]\n%y = reshape(input = %x) {tail = [1.5]} : f32[B]\n", 4, "1.5 is not an integer"),
        ("input \"x\" %x : f32[B]\n%y = affine(input = %x) {scale = one} : f32[B]\n", 4, "one is not a value"),
        (
            "input \"x\" %x : f32[B]\n%y = affine(input = %x) {scale = 1.0, scale = 2.0} : f32[B]\n", 4,
            "attribute scale is given twice"
        ),
    ]) func errorsNameTheLine(_ body: String, _ line: Int, _ message: String) {
        let found = error(body)
        #expect(found?.code == .corrupt)
        let expected = message == "% is missing" && body.contains("% :") ? "" : message
        #expect(found?.message.hasPrefix("graph text, line \(line): ") == true, "\(found?.message ?? "")")
        #expect(found?.message.hasSuffix(expected) == true, "\(found?.message ?? "")")
    }

    @Test func errorsOfOpsAndSizesNameTheLine() {
        let unknown = error("input \"x\" %x : f32[B]\n%y = levitate(input = %x) : f32[B]\n")
        #expect(unknown?.code == .unsupported)
        #expect(unknown?.context == ["in graph text, line 4"])
        let missing = error("input \"x\" %x : f32[B]\n%y = affine(input = %x) {shift = 1.0} : f32[B]\n")
        #expect(missing?.message == "attribute scale is missing; it must be a number")
        #expect(missing?.context == ["in op affine", "in graph text, line 4"])
        let negative = error("input \"x\" %x : f32[B, -1]\n")
        #expect(negative?.description == "dimension -1 is negative (in graph text, line 3)")
        let large = error("input \"x\" %x : f32[99999999999999999999]\n")
        #expect(large?.message == "dimension 99999999999999999999 is not a size")
    }

    @Test func otherTextAndOtherVersionsAreRefused() {
        for text in ["", "slipway", "hello", "slipway graph", "{}", "\u{FEFF}slipway graph 1"] {
            #expect(throws: SlipwayError.self, "\(text)") { try GraphParser.parse(text) }
        }
        let newer = #expect(throws: SlipwayError.self) { try GraphParser.parse("slipway graph 2\n") }
        #expect(newer?.message == "graph text, line 1: this version reads graph text 1 only")
    }

    @Test func typesAreVerified() {
        let found = error("input \"x\" %x : f32[B]\n%y = softmax(input = %x) : f32[U]\noutput \"y\" %y\n")
        #expect(found?.message == "node 0 (softmax): %y is recorded as f32[U] but is f32[B]")
    }
}
