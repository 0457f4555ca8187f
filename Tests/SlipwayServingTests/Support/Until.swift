import Testing

/// Waits for a condition, two minutes at most: machines may be slow.
func until(
    _ seconds: Int = 120, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
) async rethrows {
    for _ in 0..<seconds * 100 {
        if try condition() { return }
        try? await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("the condition did not come true within \(seconds) s", sourceLocation: sourceLocation)
}
