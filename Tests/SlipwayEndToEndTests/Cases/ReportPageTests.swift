import Foundation
import SlipwayTestSupport
import Testing

/// The report's page as a browser shows it.
@Suite(
    .enabled(
        if: Browser.isAvailable, "there is no Chromium on PATH; apt-get install chromium-headless-shell brings one"))
struct ReportPageTests {
    @Test func thePageShowsEverythingAndAsksForNothing() throws {
        let example = try DamagedExample()
        let export = try example.slipway([
            "export", "--pipeline_config_path", "pipeline.config", "--export_dir", "package",
        ])
        try #require(export.status == 0, "\(export.output)")
        let page = example.folder.url.appendingPathComponent("package/report.html")
        for width in [1200, 420] {
            let found = try PageInBrowser.open(page, width: width, sorting: "#size table", in: example.folder.url)
            let complaints = found.complaints(
                sections: ["model", "size", "precision", "work", "time", "provenance"], leastPlots: 6)
            #expect(complaints.isEmpty, "\(found)")
        }
    }
}
