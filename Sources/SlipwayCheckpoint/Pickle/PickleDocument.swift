/// What a pickle described: nodes that refer to each other by number, so that cycles and deep nesting are harmless.
struct PickleDocument {
    typealias Reference = Int32

    enum Node {
        case none
        case bool(Bool)
        case int(Int64)
        case float(Double)
        case string(String)
        case bytes([UInt8])
        /// A name from the allow-list, `module.name`.
        case global(String)
        case tuple([Reference])
        /// Index into `lists`; sets share the storage of lists.
        case list(Int)
        case set(Int)
        /// Index into `lists`: key, value, key, value…
        case dictionary(Int)
        /// The result of a call that was not made: `callee(*arguments)`, with the state `BUILD` would have given it.
        case object(callee: Reference, arguments: Reference, state: Reference?)
        case persistent(Reference)
    }

    var nodes: [Node] = []
    var lists: [[Reference]] = []
    var rootReference: Reference = 0

    var root: PickleValue { PickleValue(document: self, reference: rootReference) }
}

/// One value of a pickle, read on demand. Accessors return nil when the value is of another kind.
///
/// No accessor recurses, so a hostile document cannot make one run long.
struct PickleValue {
    let document: PickleDocument
    let reference: PickleDocument.Reference

    /// Fields of an object or entries of a record that are searched; real ones have fewer than ten.
    private static let maxFields = 64

    private var node: PickleDocument.Node { document.nodes[Int(reference)] }

    private func at(_ reference: PickleDocument.Reference) -> PickleValue {
        PickleValue(document: document, reference: reference)
    }

    var isNone: Bool {
        if case .none = node { return true }
        return false
    }

    var int: Int? {
        if case .int(let value) = node { return Int(exactly: value) }
        return nil
    }

    var string: String? {
        if case .string(let value) = node { return value }
        return nil
    }

    var global: String? {
        if case .global(let name) = node { return name }
        return nil
    }

    var persistentID: PickleValue? {
        if case .persistent(let reference) = node { return at(reference) }
        return nil
    }

    /// Number of elements of a tuple, list or set, of entries of a dictionary.
    var count: Int? {
        switch node {
        case .tuple(let references): return references.count
        case .list(let index), .set(let index): return document.lists[index].count
        case .dictionary(let index): return document.lists[index].count / 2
        default: return nil
        }
    }

    /// The elements of a tuple or list of at most `limit` elements.
    func elements(limit: Int) -> [PickleValue]? {
        let references: [PickleDocument.Reference]
        switch node {
        case .tuple(let found): references = found
        case .list(let index): references = document.lists[index]
        default: return nil
        }
        guard references.count <= limit else { return nil }
        return references.map(at)
    }

    /// The entries of a dictionary in their order; repeated keys are not merged.
    func entries() -> [(key: PickleValue, value: PickleValue)]? {
        guard case .dictionary(let index) = node else { return nil }
        let references = document.lists[index]
        return stride(from: 0, to: references.count - 1, by: 2).map { (at(references[$0]), at(references[$0 + 1])) }
    }

    /// An object's class or function and its arguments.
    func call() -> (name: String, arguments: PickleValue)? {
        guard case .object(let callee, let arguments, _) = node, let name = at(callee).global else { return nil }
        return (name, at(arguments))
    }

    /// The state an object was given, whatever its kind.
    var state: PickleValue? {
        guard case .object(_, _, let state?) = node else { return nil }
        return at(state)
    }

    /// A field of an object whose state is a dictionary; the last of a repeated key, as Python has it.
    func field(_ name: String) -> PickleValue? {
        guard let entries = state, case .dictionary(let index) = entries.node else { return nil }
        let references = document.lists[index]
        guard references.count <= Self.maxFields * 2 else { return nil }
        for position in stride(from: references.count - 2, through: 0, by: -2)
        where at(references[position]).string == name {
            return at(references[position + 1])
        }
        return nil
    }

    /// A word or two for error messages.
    var kind: String {
        switch node {
        case .none: return "None"
        case .bool: return "a bool"
        case .int(let value): return "the integer \(value)"
        case .float: return "a float"
        case .string: return "a string"
        case .bytes: return "bytes"
        case .global(let name): return name
        case .tuple: return "a tuple"
        case .list: return "a list"
        case .set: return "a set"
        case .dictionary: return "a dict"
        case .object: return call().map { "a \($0.name)" } ?? "an object"
        case .persistent: return "a persistent id"
        }
    }
}
