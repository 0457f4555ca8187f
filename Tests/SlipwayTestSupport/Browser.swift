package import Foundation

/// A headless browser of the Chromium kind, where the machine has one.
package enum Browser {
    private static let names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome"]

    package static let path: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return names.lazy.flatMap { name in folders.map { "\($0)/\(name)" } }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    package static let isAvailable = path != nil

    /// The page's document after its scripts ran in a window `width` points wide, and what the browser logged.
    package static func document(of page: URL, width: Int) throws -> (html: String, log: String) {
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path ?? "")
        process.arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
            "--user-data-dir=\(folder.path("profile"))", "--window-size=\(width),1000", "--virtual-time-budget=4000",
            "--dump-dom", page.absoluteString,
        ]
        let files = ["html", "log"].map { folder.url.appendingPathComponent($0) }
        for file in files { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        return (try String(contentsOf: files[0], encoding: .utf8), try String(contentsOf: files[1], encoding: .utf8))
    }
}
