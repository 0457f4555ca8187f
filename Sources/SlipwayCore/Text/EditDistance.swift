/// How far two words are apart, for finding what a mistyped name was meant to be.
public enum EditDistance {
    /// Insertions, deletions and replacements that turn `a` into `b` (Levenshtein).
    ///
    /// Complexity: O(|a| · |b|); cut long names first.
    public static func between<Element: Equatable>(_ a: [Element], _ b: [Element]) -> Int {
        var row = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let replaced = diagonal + (left == right ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[b.count]
    }
}
