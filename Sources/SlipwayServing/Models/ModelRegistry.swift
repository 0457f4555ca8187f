import Synchronization

/// Which models are served, by name.
final class ModelRegistry: Sendable {
    enum Status: Sendable, Equatable {
        case loading
        case ready
        case unavailable(String)

        var word: String {
            switch self {
            case .loading: return "LOADING"
            case .ready: return "READY"
            case .unavailable: return "UNAVAILABLE"
            }
        }

        var reason: String {
            if case .unavailable(let reason) = self { return reason }
            return ""
        }
    }

    struct Entry: Sendable {
        let name: String
        let path: String
        var current: ServedModel?
        var status: Status
        /// What the last attempt to load a changed package said, while the old one goes on.
        var lastFailure: String?
        /// The state of the files at the last attempt, good or bad.
        var triedStamp: String?
        /// Whether readiness waits for it.
        var isRequired: Bool
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let isComplete = Atomic<Bool>(false)

    /// The model that answers now; nil where there is none.
    func model(_ name: String) -> ServedModel? { entries.withLock { $0[name]?.current } }

    func entry(_ name: String) -> Entry? { entries.withLock { $0[name] } }

    var all: [Entry] { entries.withLock { $0.values.sorted { $0.name < $1.name } } }

    /// Every model of the start is in; from now on the server may be ready.
    func complete() { isComplete.store(true, ordering: .releasing) }

    /// Ready: every required model answers. A server that only has a repository needs none.
    var isReady: Bool {
        isComplete.load(ordering: .acquiring)
            && entries.withLock { $0.values.allSatisfy { !$0.isRequired || $0.current != nil } }
    }

    var names: [String] { entries.withLock { $0.keys.sorted() } }

    func insert(_ name: String, path: String, isRequired: Bool) {
        entries.withLock { entries in
            guard entries[name] == nil else { return }
            entries[name] = Entry(name: name, path: path, status: .loading, isRequired: isRequired)
        }
    }

    func update(_ name: String, _ body: (inout Entry) -> Void) {
        entries.withLock { entries in
            guard var entry = entries[name] else { return }
            body(&entry)
            entries[name] = entry
        }
    }

    func remove(_ name: String) -> Bool { entries.withLock { $0.removeValue(forKey: name) != nil } }
}
