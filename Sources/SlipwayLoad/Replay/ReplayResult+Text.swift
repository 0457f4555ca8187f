import Foundation
package import SlipwayInspect
import SlipwayLatency

extension ReplayResult {
    /// What people read.
    package func text() -> String {
        var lines: [String] = []
        var table = TextTable([
            .text(""), .number("requests"), .number("median ms"), .number("p99 ms"), .text("answers"),
        ])
        for (index, side) in sides.enumerated() {
            let statuses = side.statuses.sorted { $0.key < $1.key }
                .map { "\($0.key == 0 ? "none" : "\($0.key)"): \(Quantity.count($0.value))" }
            table.add([
                index == 0 ? "first" : "second", Quantity.count(requests), Self.ms(side.latency.percentile(50)),
                Self.ms(side.latency.percentile(99)), statuses.joined(separator: ", "),
            ])
        }
        lines.append(table.text())
        for (index, side) in sides.enumerated() {
            let versions = side.versions.isEmpty ? "" : ", model \(side.versions.sorted().joined(separator: ", "))"
            lines.append("\(index == 0 ? "first: " : "second:") \(VisibleText.line(side.description))\(versions)")
            if let problem = side.firstProblem { lines.append("        \(VisibleText.line(problem))") }
        }
        lines.append(String(format: "%.1f requests/s over %.1f s", Double(requests) / max(seconds, 1e-9), seconds))
        if latestUs > 0 { lines.append("sent too late by \(Self.ms(latestUs)) ms at most") }
        if sides.count > 1 { lines += comparison() }
        return lines.joined(separator: "\n")
    }

    private func comparison() -> [String] {
        var lines = [
            "",
            "\(Quantity.count(differing)) of \(Quantity.count(requests, "request")) differ: "
                + "\(Quantity.count(differingRaw)) in features before generation, "
                + "\(Quantity.count(differingGenerated)) after it, "
                + "\(Quantity.count(differingItems)) in items, \(Quantity.count(differingScores)) in scores",
            "features of \(Quantity.count(comparedFeatures, "request")) compared",
        ]
        for (output, size) in largest.sorted(by: { $0.key < $1.key }) {
            lines.append("largest difference of \(output): \(Quantity.difference(size))")
        }
        if !parts.isEmpty {
            var table = TextTable([
                .text("differs"), .text("what"), .number("requests"), .number("first in"), .text("made with"),
            ])
            for part in parts {
                table.add([
                    part.name, part.stage, Quantity.count(part.requests), Quantity.count(part.first),
                    part.files.joined(separator: " "),
                ])
            }
            lines += ["", table.text(), ""]
        }
        for request in shown {
            let id = request.id.map { " (\($0))" } ?? ""
            let item = request.item.map { " of \($0)" } ?? ""
            lines.append(
                VisibleText.line(
                    "request \(request.index)\(id): \(request.stage) \(request.name)\(item): "
                        + "\(Self.short(request.first)) / \(Self.short(request.second))"))
        }
        if differing > shown.count { lines.append("and \(Quantity.count(differing - shown.count)) more") }
        return lines
    }

    private static func ms(_ microseconds: UInt64) -> String { String(format: "%.2f", Double(microseconds) / 1000) }

    private static func short(_ text: String) -> String { text.count <= 120 ? text : text.prefix(120) + "…" }

    /// What programs read.
    package func facts() -> Fact {
        .object([
            "requests": .int(requests), "seconds": .double(seconds), "sent_late_us": .int(Int(latestUs)),
            "clean": .bool(isClean),
            "sides": .array(sides.map(Self.facts)),
            "differing": .object([
                "requests": .int(differing), "raw_features": .int(differingRaw),
                "generated_features": .int(differingGenerated), "items": .int(differingItems),
                "scores": .int(differingScores),
            ]),
            "compared_features": .int(comparedFeatures),
            "largest_score_difference": .object(largest.mapValues(Fact.double)),
            "parts": .array(
                parts.map {
                    .object([
                        "name": .string($0.name), "stage": .string($0.stage), "requests": .int($0.requests),
                        "first_in": .int($0.first), "files": Fact($0.files),
                    ])
                }),
            "first_requests": .array(
                shown.map {
                    .object([
                        "index": .int($0.index), "request_id": Fact($0.id), "stage": .string($0.stage),
                        "name": .string($0.name), "item": Fact($0.item), "first": .string($0.first),
                        "second": .string($0.second),
                    ])
                }),
        ])
    }

    private static func facts(_ side: Side) -> Fact {
        .object([
            "description": .string(side.description),
            "statuses": .object(
                Dictionary(uniqueKeysWithValues: side.statuses.map { ("\($0.key)", Fact.int($0.value)) })),
            "model_versions": Fact(side.versions.sorted()),
            "latency_us": LatencyFacts.of(side.latency),
            "first_problem": Fact(side.firstProblem),
        ])
    }
}
