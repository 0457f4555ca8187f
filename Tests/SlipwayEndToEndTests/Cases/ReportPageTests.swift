import Foundation
import SlipwayTestSupport
import Testing

/// The report's page as a browser shows it.
@Suite(
    .enabled(
        if: Browser.isAvailable, "there is no Chromium on PATH; apt-get install chromium-headless-shell brings one"))
struct ReportPageTests {
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
          const file = [...document.querySelectorAll("#size table")].pop();
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

    private struct Found: Decodable {
        let problems: [String]
        let wide: [String]
        let outside: [String]
        let overflow: Double
        let requests: [String]
        let sections: [String]
        let plots: Int
        let empty: Int
        let sorted: Bool
        let dark: String
        let light: String
    }

    /// Opens the report of `package` in a window and gives what is to be seen.
    private func open(_ package: URL, width: Int, in folder: URL) throws -> Found {
        let source = try String(contentsOf: package.appendingPathComponent("report.html"), encoding: .utf8)
        let page = folder.appendingPathComponent("watched-\(width).html")
        let watched = source.replacing("<head>", with: "<head>\n\(Self.watch)").replacing(
            "</body>", with: "\(Self.look)\n</body>")
        try Data(watched.utf8).write(to: page)
        let (html, log) = try Browser.document(of: page, width: width)
        #expect(!log.contains("CONSOLE"), "the page writes to the console: \(log)")
        let begin = try #require(html.firstRange(of: "id=\"found\">"), "the page did not load: \(log)")
        let rest = html[begin.upperBound...]
        let end = try #require(rest.firstRange(of: "</script>"))
        return try JSONDecoder().decode(Found.self, from: Data(rest[..<end.lowerBound].utf8))
    }

    private func expectWhole(_ found: Found) {
        #expect(found.problems.isEmpty)
        #expect(found.requests.isEmpty)
        #expect(found.sections == ["model", "size", "precision", "work", "time", "provenance"].map { "\($0):true" })
        #expect(found.plots >= 6)
        #expect(found.empty == 0)
        #expect(found.overflow <= 0)
        #expect(found.wide.isEmpty)
        #expect(found.outside.isEmpty)
        #expect(found.sorted)
        #expect(found.dark == "rgb(23, 33, 43)")
        #expect(found.light == "rgb(255, 255, 255)")
    }

    @Test func thePageShowsEverythingAndAsksForNothing() throws {
        let example = try DamagedExample()
        let export = try example.slipway([
            "export", "--pipeline_config_path", "pipeline.config", "--export_dir", "package",
        ])
        try #require(export.status == 0, "\(export.output)")
        let package = example.folder.url.appendingPathComponent("package")
        for width in [1200, 420] { expectWhole(try open(package, width: width, in: example.folder.url)) }
    }
}
