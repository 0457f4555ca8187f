import SlipwayCore
package import SlipwayOnline

/// Requests that nobody sent: users and items by a power law, values as the package's fg.json describes its features.
///
/// A user and an item have the same values in every request.
package struct SyntheticRequests: Sendable {
    /// Whether requests are users for whom the model finds the items itself.
    package let recalls: Bool
    private let columns: [SyntheticColumn]
    private let options: SyntheticOptions
    private let users: ZipfSampler
    private let items: ZipfSampler

    /// A package with an index or a tree is asked to recall: its requests name no candidates. One with a tree is asked to
    /// score them where the options name ids.
    ///
    /// Throws where fg.json does not describe a column, or the model refuses a request made so.
    package init(_ model: ScoringModel, _ options: SyntheticOptions) throws {
        recalls = model.index != nil || (model.tree != nil && options.itemIDs == nil)
        let sendsItems = options.itemIDs == nil && !recalls
        columns = try SyntheticColumn.all(model).filter { sendsItems || $0.side != .item }
        self.options = options
        users = ZipfSampler(count: options.users, exponent: options.exponent)
        items = ZipfSampler(count: options.itemIDs?.count ?? options.items, exponent: options.exponent)
        // The package alone does not have the features of the server's items and of a tree's nodes.
        guard options.itemIDs == nil, model.tree == nil else { return }
        try check(model)
    }

    /// Number `index`, the same at every call.
    package func request(_ index: Int) -> [UInt8] {
        var numbers = SeededNumbers(seed: options.seed, of: UInt64(truncatingIfNeeded: index))
        let user = users.rank(&numbers)
        let chosen = recalls ? [] : (0..<options.candidates).map { _ in items.rank(&numbers) }
        var request = ProtoRequest()
        for (place, column) in columns.enumerated() {
            switch column.side {
            case .user: request.user(column.name, value(column, place, of: user))
            case .item: request.item(column.name, chosen.map { value(column, place, of: $0) })
            case .context:
                // What belongs to neither is new in every request.
                request.context(
                    column.name,
                    (0..<max(chosen.count, 1)).map { candidate in
                        value(column, place, of: index &* 1_000_003 &+ candidate)
                    })
            }
        }
        request.candidates(chosen.map { options.itemIDs?[$0 - 1] ?? "\($0)" })
        return request.bytes
    }

    private func value(_ column: SyntheticColumn, _ place: Int, of thing: Int) -> ProtoRequest.Value {
        let thing = UInt64(truncatingIfNeeded: thing)
        var numbers = SeededNumbers(seed: options.seed, of: thing, UInt64(place) + 1)
        return column.draw.value(&numbers, steps: steps(column, of: thing), exponent: options.exponent)
    }

    /// From 1 to the most, the same for all columns of a group.
    private func steps(_ column: SyntheticColumn, of thing: UInt64) -> Int {
        guard let group = column.group else { return 0 }
        let most = column.mostSteps > 0 ? min(column.mostSteps, options.sequenceSteps) : options.sequenceSteps
        let part = group.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        var numbers = SeededNumbers(seed: options.seed, of: thing, part)
        return Int(numbers.next() % UInt64(max(most, 1))) + 1
    }

    private func check(_ model: ScoringModel) throws {
        let session = ScoringSession(model)
        for index in 0..<3 {
            do {
                try request(index).withUnsafeBytes { try session.prepare($0, items: nil, into: session.request(0)) }
                try session.run(1)
            } catch let error as SlipwayError {
                throw SlipwayError(
                    .unsupported, "a made-up request is refused by the package itself: \(error)",
                    fix: "send recorded requests with --requests", cause: error)
            }
        }
    }
}
