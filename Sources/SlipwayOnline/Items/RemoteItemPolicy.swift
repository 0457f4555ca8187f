/// How long items that were fetched are believed, and how long requests wait for others.
package struct RemoteItemPolicy: Sendable, Equatable {
    /// An item is taken from memory for so long.
    package var ttlMs = 60_000
    /// For so much longer it is taken from memory and fetched again meanwhile.
    package var staleMs = 600_000
    /// Items of an earlier generation are taken for so long after another one is served, and fetched again meanwhile.
    package var switchMs = 5000
    /// Time that a request waits for the items it lacks.
    package var timeoutMs = 50
    /// Memory for items.
    package var limitBytes = 4 << 30

    package init() {}

    enum Age: Equatable { case fresh, stale, expired }

    /// - Parameters:
    ///   - fetchedNs: when the item was asked for.
    ///   - switchedNs: when a later generation than the item's was first seen; nil where it is of the current one.
    func age(fetchedNs: UInt64, switchedNs: UInt64?, now: UInt64) -> Age {
        let ageNs = now &- min(fetchedNs, now)
        if let switchedNs, now &- min(switchedNs, now) >= Self.ns(switchMs) { return .expired }
        if switchedNs == nil, ageNs < Self.ns(ttlMs) { return .fresh }
        return ageNs < Self.ns(ttlMs) + Self.ns(staleMs) ? .stale : .expired
    }

    static func ns(_ milliseconds: Int) -> UInt64 { UInt64(max(milliseconds, 0)) * 1_000_000 }
}

/// What became of an item that a request asked for.
package enum RemoteItemOutcome: String, Sendable, CaseIterable {
    /// In memory, and believed.
    case fresh
    /// In memory, and fetched again meanwhile.
    case stale
    /// Fetched while the request waited.
    case fetched
    /// Asked for, and not there.
    case absent
    /// Could not be fetched; what memory had of it, however old, served.
    case kept
    /// Could not be fetched, and was unknown to the request.
    case failed
}

/// Who is told what happens, for metrics.
package struct RemoteItemEvents: Sendable {
    package var items: @Sendable (RemoteItemOutcome, Int) -> Void = { _, _ in }
    /// Time of one round of fetching for requests.
    package var fetched: @Sendable (_ nanoseconds: UInt64) -> Void = { _ in }
    /// Items or values that failed, by a constant word.
    package var failed: @Sendable (_ kind: String, Int) -> Void = { _, _ in }

    package init() {}
}
