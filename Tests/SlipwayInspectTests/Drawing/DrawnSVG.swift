import Foundation
import SlipwayCore

@testable import SlipwayInspect

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// An SVG drawing read back: where its boxes, lines and texts are.
final class DrawnSVG: NSObject, XMLParserDelegate {
    struct Box {
        let part: Int
        let name: String
        let x: Double, y: Double, width: Double, height: Double

        func overlaps(_ other: Box) -> Bool {
            x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
        }
    }

    private(set) var texts: [String] = []
    private(set) var boxes: [Box] = []
    private(set) var overflowing: [String] = []
    private(set) var isInside = true
    private var lines: [(part: Int, from: String, to: String, path: [Double])] = []
    private var size = (width: 0.0, height: 0.0)
    private var offsets: [(x: Double, y: Double)] = [(0, 0)]
    private var boxNames: [String?] = [nil]
    private var part = -1
    private var text: String?
    private var attributes: [String: String] = [:]
    private var line: (from: String, to: String)?
    private var problem: (any Error)?

    init(_ svg: String) throws {
        super.init()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = self
        guard parser.parse() else {
            throw SlipwayError(.corrupt, "no XML: \(String(describing: problem ?? parser.parserError))")
        }
    }

    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) { problem = error }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        func number(_ key: String) -> Double { attributes[key].flatMap(Double.init) ?? 0 }
        let here = offsets[offsets.count - 1]
        switch name {
        case "svg": size = (number("width"), number("height"))
        case "g":
            let shift = (attributes["transform"] ?? "translate(0 0)").dropFirst("translate(".count).dropLast()
                .split(separator: " ").compactMap { Double($0) }
            offsets.append((here.x + shift[0], here.y + shift[1]))
            boxNames.append(attributes["data-box"] ?? boxNames[boxNames.count - 1])
            if offsets.count == 2 { part += 1 }
            if let from = attributes["data-from"], let to = attributes["data-to"] { line = (from, to) }
        case "rect":
            let box = Box(
                part: part, name: boxNames[boxNames.count - 1] ?? "", x: here.x + number("x"), y: here.y + number("y"),
                width: number("width"), height: number("height"))
            inside(box.x, box.y)
            inside(box.x + box.width, box.y + box.height)
            if let name = boxNames[boxNames.count - 1], attributes["rx"] != nil,
                !boxes.contains(where: { $0.part == part && $0.name == name })
            {
                boxes.append(box)
            }
        case "path":
            if let line, attributes["fill"] == nil {
                let numbers = (attributes["d"] ?? "").split { "MLC ".contains($0) }.compactMap { Double($0) }
                let path = numbers.enumerated().map { $1 + ($0 % 2 == 0 ? here.x : here.y) }
                lines.append((part, line.from, line.to, path))
            }
        case "text":
            text = ""
            self.attributes = attributes
        case "title": text = nil
        default: break
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { if text != nil { text? += string } }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
        switch name {
        case "g":
            offsets.removeLast()
            boxNames.removeLast()
            line = nil
        case "title": if !attributes.isEmpty { text = "" }
        case "text": finishText()
        default: break
        }
    }

    private func finishText() {
        let text = self.text ?? ""
        self.text = nil
        texts.append(text)
        let here = offsets[offsets.count - 1]
        let width = TextWidth.of(
            text, size: Double(attributes["font-size"] ?? "") ?? 0, isBold: attributes["font-weight"] != nil)
        let x = here.x + (Double(attributes["x"] ?? "") ?? 0)
        let y = here.y + (Double(attributes["y"] ?? "") ?? 0)
        let left =
            attributes["text-anchor"] == "middle" ? x - width / 2 : attributes["text-anchor"] == "end" ? x - width : x
        inside(left, y)
        inside(left + width, y)
        if boxNames[boxNames.count - 1] != nil, let box = boxes.last {
            if left < box.x + 2 || left + width > box.x + box.width - 2 || y > box.y + box.height || y < box.y + 8 {
                overflowing.append(text)
            }
        }
        attributes = [:]
    }

    private func inside(_ x: Double, _ y: Double) {
        if x < -1 || y < -1 || x > size.width + 1 || y > size.height + 1 { isInside = false }
    }

    var overlaps: [String] {
        boxes.indices.flatMap { index in
            boxes[..<index].filter { $0.overlaps(boxes[index]) }.map { "\($0.name) and \(boxes[index].name)" }
        }
    }

    /// Lines that do not begin at the lower edge of one box and end at the upper edge of the other.
    var looseLines: [String] {
        lines.compactMap { line in
            guard let from = box(line.part, line.from), let to = box(line.part, line.to), line.path.count >= 4 else {
                return "\(line.from) to \(line.to)"
            }
            let path = line.path
            let begins = abs(path[1] - from.y - from.height) < 0.2 && path[0] > from.x && path[0] < from.x + from.width
            let ends =
                abs(path[path.count - 1] - to.y) < 0.2 && path[path.count - 2] > to.x
                && path[path.count - 2] < to.x + to.width
            return begins && ends ? nil : "\(line.from) to \(line.to)"
        }
    }

    /// Lines whose corner points lie in a box, or whose pieces pass through one from above to below.
    var crossedBoxes: [String] {
        lines.flatMap { line -> [String] in
            let points = stride(from: 0, to: line.path.count - 1, by: 2).map { (line.path[$0], line.path[$0 + 1]) }
            return zip(points, points.dropFirst()).flatMap { a, b in
                boxes.filter { box in
                    let xs = (min(a.0, b.0), max(a.0, b.0))
                    let ys = (min(a.1, b.1), max(a.1, b.1))
                    return xs.1 > box.x + 0.2 && xs.0 < box.x + box.width - 0.2 && ys.1 > box.y + 0.2
                        && ys.0 < box.y + box.height - 0.2
                }.map { "\(line.from) to \(line.to) through \($0.name)" }
            }
        }
    }

    private func box(_ part: Int, _ name: String) -> Box? { boxes.first { $0.part == part && $0.name == name } }
}
