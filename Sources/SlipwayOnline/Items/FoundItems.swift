/// The items of one request, as rows: of a table, then of those looked up beyond it.
package struct FoundItems {
    /// Nil for an item that nobody knows.
    package internal(set) var rows: [Int?] = []
    var others: [LookedUpItem] = []
    /// Items that the source was asked for, and those of them for which that failed.
    package internal(set) var asked = 0
    package internal(set) var failed = 0

    package init() {}
}
