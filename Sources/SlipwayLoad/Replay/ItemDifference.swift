/// The items of two answers compared in their order.
struct ItemDifference: Equatable {
    /// The place where they part; nil where one has more items.
    let place: Int?
    let first: String
    let second: String

    /// Items and, where the answer recalled them, their scores.
    struct List {
        let ids: [String]
        var scores: [Double]?
    }

    /// The first difference, nil where there is none.
    ///
    /// Recalled items may change places with items whose score is as near as `tolerance`, and at the end of the list give way to
    /// them; whether the scores are alike place by place is for `ScoreDifference`.
    init?(_ first: List, _ second: List, tolerance: Double) {
        guard first.ids != second.ids else { return nil }
        guard first.ids.count == second.ids.count else {
            self.init(place: nil, first: "\(first.ids.count) items", second: "\(second.ids.count) items")
            return
        }
        let places = Dictionary(second.ids.enumerated().map { ($1, $0) }) { first, _ in first }
        for (place, id) in first.ids.enumerated() where id != second.ids[place] {
            // What the second answer does not hold would have come after its last item.
            let other = places[id] ?? second.ids.count - 1
            guard let own = first.scores, let others = second.scores, own.indices.contains(place),
                others.indices.contains(other), abs(own[place] - others[other]) <= tolerance * max(1, abs(own[place]))
            else {
                self.init(place: place, first: id, second: second.ids[place])
                return
            }
        }
        return nil
    }

    private init(place: Int?, first: String, second: String) {
        self.place = place
        self.first = first
        self.second = second
    }
}
