package import Foundation

/// What is to be seen of a report's page in a headless browser.
package struct PageInBrowser: Decodable {
    package let problems: [String]
    package let wide: [String]
    package let outside: [String]
    package let overflow: Double
    package let requests: [String]
    package let sections: [String]
    package let plots: Int
    package let empty: Int
    package let sorted: Bool
    package let dark: String
    package let light: String

    private struct NotLoaded: Error, CustomStringConvertible {
        let description: String
    }

    /// Watches from before anything else of the page runs.
    private static let watch = """
        <script>
        window.problems = [];
        addEventListener("error", e => problems.push("error: " + e.message));
        addEventListener("securitypolicyviolation", e => problems.push("refused: " + e.blockedURI));
        </script>
        """

    /// Looks at what the page has become, and leaves what it found in it.
    private static let look = """
        <script>
        addEventListener("load", () => setTimeout(() => {
          const box = e => e.getBoundingClientRect(), page = document.documentElement;
          const inScroller = e => e.closest(".scroll") !== null;
          const wide = [...document.querySelectorAll("body *")].filter(e =>
            !inScroller(e) && box(e).right > page.clientWidth + 0.5).map(e => e.tagName + "." + e.getAttribute("class"));
          const outside = [...document.querySelectorAll("svg")].flatMap(svg => [...svg.querySelectorAll("text")].filter(t =>
            box(t).left < box(svg).left - 1 || box(t).right > box(svg).right + 1).map(t => t.textContent));
          const file = [...document.querySelectorAll("SORTED")].pop();
          const names = () => [...file.tBodies[0].rows].map(r => r.cells[0].textContent);
          file.querySelector("th button").click();
          const up = names();
          file.querySelector("th button").click();
          const down = names();
          const found = {
            problems, wide, outside, overflow: page.scrollWidth - page.clientWidth,
            requests: performance.getEntriesByType("resource").map(e => e.name),
            sections: [...document.querySelectorAll("section")].map(e => e.id + ":" + (box(e).height > 60)),
            plots: document.querySelectorAll("svg.plot").length,
            empty: [...document.querySelectorAll("svg")].filter(e => box(e).width < 100 || box(e).height < 40).length,
            sorted: up.every((n, i) => i == 0 || up[i - 1] <= n) && down.join() == up.slice().reverse().join(),
            dark: getComputedStyle(document.body).color, light: getComputedStyle(document.body).backgroundColor,
          };
          const text = document.createElement("script");
          text.type = "application/json"; text.id = "found"; text.textContent = JSON.stringify(found);
          document.body.append(text);
        }, 50));
        </script>
        """

    /// Opens a page in a window `width` points wide, clicks on a heading of the last table that `selector` names, and looks.
    package static func open(
        _ page: URL, width: Int, sorting selector: String, in folder: URL
    ) throws -> PageInBrowser {
        let source = try String(contentsOf: page, encoding: .utf8)
        let copy = folder.appendingPathComponent("watched-\(width).html")
        let watched = source.replacing("<head>", with: "<head>\n\(watch)").replacing(
            "</body>", with: "\(look.replacing("SORTED", with: selector))\n</body>")
        try Data(watched.utf8).write(to: copy)
        let (html, log) = try Browser.document(of: copy, width: width)
        guard !log.contains("CONSOLE") else { throw NotLoaded(description: "the page writes to the console: \(log)") }
        guard let begin = html.firstRange(of: "id=\"found\">"),
            let end = html[begin.upperBound...].firstRange(of: "</script>")
        else { throw NotLoaded(description: "the page did not load: \(log)") }
        return try JSONDecoder().decode(
            PageInBrowser.self, from: Data(html[begin.upperBound..<end.lowerBound].utf8))
    }

    /// What is wrong with a page that should have these sections and asks for nothing.
    package func complaints(sections expected: [String], leastPlots: Int) -> [String] {
        let checks: [(Bool, String)] = [
            (problems.isEmpty, "scripts failed"), (requests.isEmpty, "it asks for more"),
            (sections == expected.map { "\($0):true" }, "sections are missing or empty"),
            (plots >= leastPlots && empty == 0, "plots are missing or empty"),
            (overflow <= 0 && wide.isEmpty, "it is wider than the window"),
            (outside.isEmpty, "text stands outside of a plot"), (sorted, "tables are not sorted by a click"),
            (dark == "rgb(23, 33, 43)" && light == "rgb(255, 255, 255)", "it has other colours"),
        ]
        return checks.filter { !$0.0 }.map(\.1)
    }
}
