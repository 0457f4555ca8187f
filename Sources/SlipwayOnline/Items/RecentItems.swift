/// What takes memory beside its id.
protocol MeasuredItem: Sendable {
    var sizeBytes: Int { get }
}

/// Items by id within a number of bytes; those not asked for longest go first.
struct RecentItems<Item: MeasuredItem> {
    private struct Node {
        let id: String
        /// Nil for an id that the source does not know.
        let item: Item?
        let sizeBytes: Int
        var older: Int
        var newer: Int
    }

    private let limitBytes: Int
    private var places: [String: Int] = [:]
    private var nodes: [Node] = []
    private var free: [Int] = []
    /// Ends of the list by age; -1 for none.
    private var oldest = -1
    private var newest = -1
    private(set) var sizeBytes = 0
    /// What an id takes beside its item: the node, the name twice, and its place.
    private static var nodeBytes: Int { 160 }

    init(limitBytes: Int) { self.limitBytes = limitBytes }

    var count: Int { places.count }

    /// Nil where nothing is known; an item, or nil for an id that the source does not know.
    mutating func find(_ id: String) -> Item?? {
        guard let place = places[id] else { return nil }
        unlink(place)
        link(place)
        return .some(nodes[place].item)
    }

    /// The ids asked for latest, the latest first.
    func latest(_ count: Int) -> [String] {
        var found: [String] = []
        var place = newest
        while place >= 0, found.count < count {
            found.append(nodes[place].id)
            place = nodes[place].older
        }
        return found
    }

    mutating func insert(_ id: String, _ item: Item?) {
        if let place = places[id] { remove(place) }
        let size = Self.nodeBytes + id.utf8.count * 2 + (item?.sizeBytes ?? 0)
        guard size <= limitBytes else { return }
        while sizeBytes + size > limitBytes, oldest >= 0 { remove(oldest) }
        let node = Node(id: id, item: item, sizeBytes: size, older: -1, newer: -1)
        let place = free.popLast() ?? nodes.count
        if place == nodes.count { nodes.append(node) } else { nodes[place] = node }
        places[id] = place
        sizeBytes += size
        link(place)
    }

    private mutating func remove(_ place: Int) {
        unlink(place)
        let node = nodes[place]
        places[node.id] = nil
        sizeBytes -= node.sizeBytes
        nodes[place] = Node(id: "", item: nil, sizeBytes: 0, older: -1, newer: -1)
        free.append(place)
    }

    private mutating func link(_ place: Int) {
        nodes[place].older = newest
        nodes[place].newer = -1
        if newest >= 0 { nodes[newest].newer = place } else { oldest = place }
        newest = place
    }

    private mutating func unlink(_ place: Int) {
        let (older, newer) = (nodes[place].older, nodes[place].newer)
        if older >= 0 { nodes[older].newer = newer } else { oldest = newer }
        if newer >= 0 { nodes[newer].older = older } else { newest = older }
    }
}
