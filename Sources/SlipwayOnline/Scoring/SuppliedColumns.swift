import SlipwayCore

/// The columns that one request brings, by the model's column numbers.
struct SuppliedColumns {
    private var user: [Column?]
    private var context: [Column?]
    private var item: [Column?]

    init(count: Int) {
        user = Array(repeating: nil, count: count)
        context = user
        item = user
    }

    mutating func removeAll() {
        for index in user.indices {
            user[index] = nil
            context[index] = nil
            item[index] = nil
        }
    }

    mutating func setUser(_ column: Column, at index: Int) { user[index] = column }
    mutating func setContext(_ column: Column, at index: Int) { context[index] = column }
    mutating func setItem(_ column: Column, at index: Int) { item[index] = column }

    /// What the request says for each candidate, which goes before what is known of the items.
    func perCandidate(_ index: Int) -> Column? { item[index] ?? context[index] }

    func perRequest(_ index: Int) -> Column? { user[index] }

    /// Anything the request brings for a column, its own side first.
    func any(_ index: Int, isUserSide: Bool) -> Column? {
        isUserSide ? user[index] ?? perCandidate(index) : perCandidate(index) ?? user[index]
    }
}
