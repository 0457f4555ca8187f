import Foundation
import SlipwayCore
import SlipwayModels
import Testing

/// Configs of every kind that cannot be built: each is refused with words that name the reason and what to do.
@Suite struct ZooErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let kind: String
        let message: String
        let model: String
        var testDescription: String { "\(kind): \(message)" }
    }

    static let cases: [Case] = {
        let text = (try? ZooVariant.text("refused.config")) ?? ""
        return text.components(separatedBy: "# refused: ").dropFirst().compactMap { piece in
            let lines = piece.split(separator: "\n", maxSplits: 1).map(String.init)
            guard lines.count == 2, let colon = lines[0].range(of: ": ") else { return nil }
            return Case(
                kind: String(lines[0][..<colon.lowerBound]), message: String(lines[0][colon.upperBound...]),
                model: lines[1])
        }
    }()

    @Test func thereAreCases() { #expect(Self.cases.count >= 50) }

    @Test(arguments: cases) func isRefused(_ refused: Case) throws {
        let variant = ZooVariant(kind: refused.kind, name: "refused", model: refused.model)
        let error = #expect(throws: SlipwayError.self) { try variant.parts() }
        let words = error.map { "\($0)" } ?? ""
        #expect(words.contains(refused.message), "\(words)")
        #expect(error?.code.isUserFault == true)
        #expect(words.contains(" — "), "nothing says what to do: \(words)")
    }
}
