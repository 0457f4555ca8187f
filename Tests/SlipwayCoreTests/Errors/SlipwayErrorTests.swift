import SlipwayCore
import Testing

@Suite struct SlipwayErrorTests {
    /// Every code: its word, exit status and whose fault it is. A new code needs a line here.
    static let table: [(code: SlipwayError.Code, word: String, exit: Int32, isUserFault: Bool)] = [
        (.invalidArgument, "invalid_argument", 64, true),
        (.invalidConfig, "invalid_config", 65, true),
        (.notFound, "not_found", 66, true),
        (.alreadyExists, "already_exists", 73, true),
        (.corrupt, "corrupt", 65, true),
        (.mismatch, "mismatch", 65, true),
        (.outOfRange, "out_of_range", 65, true),
        (.unsupported, "unsupported", 69, true),
        (.ioFailure, "io_failure", 74, true),
        (.diskFull, "disk_full", 74, true),
        (.internalFault, "internal_fault", 70, false),
    ]

    @Test(arguments: 0..<table.count) func codesKeepTheirMeaning(_ index: Int) {
        let row = Self.table[index]
        #expect(row.code.description == row.word)
        #expect(row.code.exitCode == row.exit)
        #expect(row.code.isUserFault == row.isUserFault)
        #expect(row.word.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil)
    }

    @Test func codesDiffer() { #expect(Set(Self.table.map(\.code)).count == Self.table.count) }

    @Test func describesMessageThenContextThenFix() {
        let bare = SlipwayError(.corrupt, "the file ends early")
        #expect(bare.description == "the file ends early")
        #expect(bare.fix == nil && bare.context.isEmpty && bare.cause == nil)
        let full = SlipwayError(.corrupt, "the file ends early", fix: "copy it again").adding("in row 3").adding(
            "in a.csv")
        #expect(full.description == "the file ends early (in row 3) (in a.csv) — copy it again")
        #expect(full.context == ["in row 3", "in a.csv"])
    }

    @Test func contextGrowsOnTheWayUp() {
        let error = #expect(throws: SlipwayError.self) {
            try withContext("outer") { try withContext("inner") { throw SlipwayError(.notFound, "gone", fix: "look") } }
        }
        #expect(error?.context == ["inner", "outer"])
        #expect(error?.code == .notFound)
        #expect(error?.fix == "look")
    }

    @Test func contextIsMadeForErrorsOnly() throws {
        func entry() -> String {
            Issue.record("not needed")
            return ""
        }
        #expect(try withContext(entry()) { 7 } == 7)
    }

    @Test func otherErrorsPassUnchanged() {
        struct Other: Error, Equatable {}
        #expect(throws: Other()) { try withContext("outer") { throw Other() } }
    }
}
