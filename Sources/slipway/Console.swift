import Foundation

/// Lines on standard error, and a progress line that is redrawn on a terminal and printed now and then elsewhere.
final class Console {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let start = Date()
    /// The first line elsewhere than on a terminal comes after one interval: short work needs none.
    private lazy var lastDrawn = isTerminal ? Date.distantPast : start
    private var isLineOpen = false

    static func error(_ text: String) { write(text + "\n") }

    /// A reader that is gone is no reason to stop the work.
    private static func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

    func line(_ text: String) {
        if isLineOpen {
            Self.write("\r\u{1B}[K")
            isLineOpen = false
        }
        Self.error(text)
    }

    /// Draws `done` of `total`; `describe` gives the text before the time left.
    func progress(fraction: Double, isLast: Bool, _ describe: (_ seconds: Double) -> String) {
        let now = Date()
        guard isLast || now.timeIntervalSince(lastDrawn) >= (isTerminal ? 0.1 : 5) else { return }
        guard isTerminal || !isLast else { return }
        lastDrawn = now
        let seconds = max(now.timeIntervalSince(start), 1e-3)
        let left = fraction > 0 ? seconds / fraction - seconds : 0
        // Before a second has passed, the rate says little.
        let text = seconds < 1 ? describe(seconds) : "\(describe(seconds)), \(Self.duration(left)) left"
        guard isTerminal else { return Self.error(text) }
        let filled = Int((fraction * 24).rounded(.down))
        let bar =
            String(repeating: "█", count: max(0, min(filled, 24))) + String(repeating: "░", count: max(0, 24 - filled))
        Self.write("\r\u{1B}[K\(bar) \(Int(fraction * 100)) % \(text)")
        isLineOpen = true
        if isLast { line("") }
    }

    var elapsed: TimeInterval { Date().timeIntervalSince(start) }

    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "?" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
