import SlipwayInspect

/// A page that needs nothing else: styles, plots and the few lines of script are in it, and it may ask for nothing.
package struct HTMLPage {
    package struct Section {
        package let id: String
        package let title: String
        /// HTML.
        package let body: String

        package init(id: String, title: String, body: String) {
            self.id = id
            self.title = title
            self.body = body
        }
    }

    /// One of the few numbers that most readers come for.
    package struct Tile {
        package let title: String
        package let value: String
        package let note: String

        package init(title: String, value: String, note: String) {
            self.title = title
            self.value = value
            self.note = note
        }
    }

    /// What the browser's window is called.
    package let title: String
    package let heading: String
    /// Who wrote it, and when.
    package let subtitle: String
    package let tiles: [Tile]
    package let sections: [Section]

    package init(title: String, heading: String, subtitle: String, tiles: [Tile], sections: [Section]) {
        self.title = title
        self.heading = heading
        self.subtitle = subtitle
        self.tiles = tiles
        self.sections = sections
    }

    package func html() -> String {
        let links = sections.map { "<a href=\"#\($0.id)\">\($0.title)</a>" }.joined(separator: " ")
        let bodies = sections.map { "<section id=\"\($0.id)\">\n<h2>\($0.title)</h2>\n\($0.body)\n</section>" }
            .joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
            style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
            <title>\(SVGText.escape(title))</title>
            <link rel="icon" href="data:,">
            <style>
            \(PageStyle.css)
            </style>
            </head>
            <body>
            <header>
            <h1>\(SVGText.escape(heading))</h1>
            <p class="faint">\(SVGText.escape(subtitle))</p>
            <nav>\(links)</nav>
            </header>
            <main>
            \(tileList)
            \(bodies)
            </main>
            <script>
            \(PageStyle.script)
            </script>
            </body>
            </html>

            """
    }

    private var tileList: String {
        let items = tiles.map { tile in
            "<div class=\"tile\"><div class=\"faint\">\(SVGText.escape(tile.title))</div>"
                + "<div class=\"value\">\(SVGText.escape(tile.value))</div>"
                + "<div class=\"faint\">\(SVGText.escape(tile.note))</div></div>"
        }
        return "<div class=\"tiles\">\n\(items.joined(separator: "\n"))\n</div>"
    }

    /// Names and what is to be said of them, as a list.
    package static func facts(_ rows: [(String, String)]) -> String {
        let items = rows.map { "<dt>\(SVGText.escape($0.0))</dt><dd>\(SVGText.escape($0.1))</dd>" }
        return "<dl>\n\(items.joined(separator: "\n"))\n</dl>"
    }
}
