/// Chooses the modules that are boxes of their own: as many as stay readable, the largest opened first.
struct ModuleTree {
    private final class Module {
        let path: [String]
        var ownSteps = 0
        var steps = 0
        var children: [String: Module] = [:]

        init(path: [String]) { self.path = path }
    }

    /// Boxes for modules at most, root steps aside.
    private static let limit = 28
    /// A module whose children hold fewer steps each stays closed.
    private static let worthOpening = 4

    private let chosen: Set<[String]>

    /// - Parameters:
    ///   - scopes: the module path of every step.
    ///   - closed: modules that stay one box.
    init(scopes: [String], closed: Set<String> = []) {
        let root = Module(path: [])
        for scope in scopes {
            var module = root
            for name in Self.path(of: scope) {
                module.steps += 1
                let child = module.children[name] ?? Module(path: module.path + [name])
                module.children[name] = child
                module = child
            }
            module.steps += 1
            module.ownSteps += 1
        }
        var open = root.children.values.sorted { $0.path.lexicographicallyPrecedes($1.path) }
        var finished: [[String]] = []
        while let position = Self.next(open, closed, count: open.count + finished.count) {
            let module = open.remove(at: position)
            if module.ownSteps > 0 { finished.append(module.path) }
            open += module.children.values.sorted { $0.path.lexicographicallyPrecedes($1.path) }
        }
        chosen = Set(finished + open.map(\.path))
    }

    /// The module that is drawn for steps of `scope`; empty for the model itself.
    func module(of scope: String) -> String {
        var path = Self.path(of: scope)
        while !path.isEmpty, !chosen.contains(path) { path.removeLast() }
        return path.joined(separator: ".")
    }

    /// The largest module that may be opened: holders of modules without steps of their own at the top, and others whose
    /// children are worth a box.
    private static func next(_ modules: [Module], _ closed: Set<String>, count: Int) -> Int? {
        let candidates = modules.indices.filter { index in
            let module = modules[index]
            guard module.children.count > (module.ownSteps > 0 ? 1 : 0) else { return false }
            guard count + module.children.count - (module.ownSteps > 0 ? 0 : 1) <= limit else { return false }
            guard !closed.contains(module.path.joined(separator: ".")) else { return false }
            let isHolder = module.path.count == 1 && module.ownSteps == 0
            return isHolder || module.steps - module.ownSteps >= worthOpening * module.children.count
        }
        return candidates.max { (modules[$0].steps, $1) < (modules[$1].steps, $0) }
    }

    /// The names of a scope down to the first perceptron: its layers are one thing to a reader.
    private static func path(of scope: String) -> [String] {
        let names = scope.split(separator: ".").map(String.init)
        let layers = names.firstIndex { $0 == "mlp" || $0 == "perceptron" } ?? names.endIndex
        return Array(names.prefix(max(layers, min(1, names.count))))
    }
}
