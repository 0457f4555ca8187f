import Foundation
import SlipwayItems
import Synchronization

/// Items on another machine as a test has them.
final class ScriptedItemStore: RemoteItemStore {
    struct State {
        /// Column to value, by id.
        var items: [String: [String: String]] = [:]
        /// Ids of what is there and is no item.
        var damaged: Set<String> = []
        /// Why nothing can be asked for.
        var failure: String?
        var asked: [[String]] = []
        var generation = ItemGeneration()
    }

    let state = Mutex(State())
    let description = "test"
    let asOf = Date()
    var generation: ItemGeneration { state.withLock { $0.generation } }
    var asked: [[String]] { state.withLock { $0.asked } }

    func fetch(_ ids: [String], columns: [String], generation: ItemGeneration, deadline: UInt64) -> [StoredItem] {
        state.withLock { state in
            state.asked.append(ids)
            if let failure = state.failure { return ids.map { _ in .failed(failure) } }
            return ids.map { id in
                if state.damaged.contains(id) { return .damaged }
                guard let item = state.items[id] else { return .absent }
                return .found(columns.map { name in item[name].map { Array($0.utf8) } })
            }
        }
    }
}
