package import Foundation
package import SlipwayCore

/// Item features that lie on other machines, and are asked for by id.
package protocol RemoteItemStore: Sendable {
    /// For logs, without secrets.
    var description: String { get }
    /// What is served at present. Without waiting.
    var generation: ItemGeneration { get }
    /// The time whose items are served, as far as that is known.
    var asOf: Date { get }
    /// Asks for items; one answer an id. Waits until the deadline (nanoseconds of the steady clock) at most.
    func fetch(_ ids: [String], columns: [String], generation: ItemGeneration, deadline: UInt64) -> [StoredItem]
}

/// One state of the items as a whole.
package struct ItemGeneration: Sendable {
    /// Counts the changes this process has seen.
    package var number = 0
    /// Nil where nobody keeps generations.
    package var name: String?
    /// When the change was seen, on the steady clock.
    package var seenNs: UInt64 = 0
    /// Seconds since 1970 at which it was made; nil where nobody says.
    package var created: Double?
    /// Columns with a type; the others are text.
    package var types: [String: ColumnType] = [:]

    package init() {}
}

/// What a store answers for one id.
package enum StoredItem: Sendable, Equatable {
    /// A value for each column asked for; nil where the item has none.
    case found([[UInt8]?])
    case absent
    /// What is there is no item.
    case damaged
    /// It could not be asked for; why, as constant text.
    case failed(String)
}
