import SlipwayCore

/// Reads a pickle as data. Nothing it names is imported or called, and names outside `PickleGlobals` are refused.
///
/// Memory is bounded by the input: every opcode makes at most one node, and strings and stacks have limits.
struct Unpickler {
    struct Limits {
        var nodes = 1 << 24
        var stack = 1 << 20
        /// Marks open at once: how deep literal containers may nest.
        var depth = 256
        var memo = 1 << 24
        var stringBytes = 1 << 16
    }

    typealias Reference = PickleDocument.Reference
    typealias Node = PickleDocument.Node

    private var cursor: PickleCursor
    private let limits: Limits
    private var document = PickleDocument()
    private var stack: [Reference] = []
    private var marks: [Int] = []
    private var memo: [UInt32: Reference] = [:]
    private var opcodePosition = 0

    private init(_ bytes: UnsafeRawBufferPointer, _ limits: Limits) {
        self.cursor = PickleCursor(bytes)
        self.limits = limits
    }

    /// The document that `bytes` describe. Bytes after the final opcode are ignored, as Python does.
    ///
    /// Throws `corrupt` for what is not a pickle, `unsupported` for names and opcodes that are not allowed.
    static func load(_ bytes: UnsafeRawBufferPointer, limits: Limits = Limits()) throws -> PickleDocument {
        var machine = Unpickler(bytes, limits)
        return try machine.run()
    }

    private mutating func run() throws -> PickleDocument {
        while true {
            opcodePosition = cursor.position
            let byte = try cursor.integer(UInt8.self)
            guard let opcode = PickleOpcode(rawValue: byte) else {
                throw SlipwayError(
                    .unsupported,
                    "pickle has opcode 0x\(String(byte, radix: 16)) at byte \(opcodePosition), "
                        + "which checkpoints do not use",
                    fix: "save the checkpoint with torch.distributed.checkpoint")
            }
            if opcode == .stop {
                document.rootReference = try pop()
                return document
            }
            try execute(opcode)
        }
    }

    // MARK: Stack

    private func malformed(_ what: String) -> SlipwayError {
        SlipwayError(
            .corrupt, "pickle is malformed at byte \(opcodePosition): \(what)",
            fix: "copy the checkpoint again from where it was trained")
    }

    private mutating func push(_ reference: Reference) throws {
        guard stack.count < limits.stack else { throw malformed("more than \(limits.stack) values on the stack") }
        stack.append(reference)
    }

    private mutating func push(_ node: Node) throws {
        guard document.nodes.count < limits.nodes else { throw malformed("more than \(limits.nodes) values") }
        document.nodes.append(node)
        try push(Reference(document.nodes.count - 1))
    }

    private mutating func pop() throws -> Reference {
        guard stack.count > (marks.last ?? 0), let top = stack.popLast() else { throw malformed("the stack is empty") }
        return top
    }

    private func top() throws -> Reference {
        guard stack.count > (marks.last ?? 0), let top = stack.last else { throw malformed("the stack is empty") }
        return top
    }

    /// Everything above the latest mark, which is removed.
    private mutating func popMarked() throws -> [Reference] {
        guard let mark = marks.popLast(), mark <= stack.count else { throw malformed("no mark is open") }
        let values = Array(stack[mark...])
        stack.removeSubrange(mark...)
        return values
    }

    private mutating func newList(_ values: [Reference]) -> Int {
        document.lists.append(values)
        return document.lists.count - 1
    }

    // MARK: Opcodes

    private mutating func execute(_ opcode: PickleOpcode) throws {
        switch opcode {
        case .proto:
            let version = try cursor.integer(UInt8.self)
            guard (2...5).contains(version) else { throw malformed("protocol \(version) is not one of 2 to 5") }
        case .frame: _ = try cursor.integer(UInt64.self)
        case .stop: break
        case .mark:
            guard marks.count < limits.depth else { throw malformed("nested deeper than \(limits.depth)") }
            marks.append(stack.count)
        case .pop:
            if stack.count > (marks.last ?? 0) { stack.removeLast() } else { _ = try popMarked() }
        case .popMark: _ = try popMarked()
        case .dup: try push(try top())
        case .none: try push(.none)
        case .newTrue: try push(.bool(true))
        case .newFalse: try push(.bool(false))
        case .binInt: try push(.int(Int64(try cursor.integer(Int32.self))))
        case .binInt1: try push(.int(Int64(try cursor.integer(UInt8.self))))
        case .binInt2: try push(.int(Int64(try cursor.integer(UInt16.self))))
        case .long1: try push(.int(try long(try cursor.length(UInt8.self))))
        case .long4: try push(.int(try long(try cursor.length(UInt32.self))))
        case .binFloat: try push(.float(Double(bitPattern: try cursor.integer(UInt64.self).byteSwapped)))
        case .binUnicode: try pushText(try cursor.length(UInt32.self))
        case .shortBinUnicode: try pushText(try cursor.length(UInt8.self))
        case .binUnicode8: try pushText(try cursor.length(UInt64.self))
        case .binBytes: try pushBytes(try cursor.length(UInt32.self))
        case .shortBinBytes: try pushBytes(try cursor.length(UInt8.self))
        case .binBytes8, .byteArray8: try pushBytes(try cursor.length(UInt64.self))
        case .emptyTuple: try push(.tuple([]))
        case .tuple: try push(.tuple(try popMarked()))
        case .tuple1: try pushTuple(1)
        case .tuple2: try pushTuple(2)
        case .tuple3: try pushTuple(3)
        case .emptyList: try push(.list(newList([])))
        case .append: try extend([try pop()])
        case .appends, .addItems: try extend(try popMarked())
        case .emptyDictionary: try push(.dictionary(newList([])))
        case .setItem:
            let value = try pop()
            try setItems([try pop(), value])
        case .setItems: try setItems(try popMarked())
        case .emptySet: try push(.set(newList([])))
        case .frozenSet: try push(.set(newList(try popMarked())))
        case .binGet: try recall(UInt32(try cursor.integer(UInt8.self)))
        case .longBinGet: try recall(try cursor.integer(UInt32.self))
        case .binPut: try remember(UInt32(try cursor.integer(UInt8.self)))
        case .longBinPut: try remember(try cursor.integer(UInt32.self))
        case .memoize: try remember(UInt32(clamping: memo.count))
        case .global:
            let module = try cursor.line(limit: 256)
            try pushGlobal(module, try cursor.line(limit: 256))
        case .stackGlobal:
            let name = try pop()
            let module = try pop()
            guard case .string(let moduleText) = document.nodes[Int(module)],
                case .string(let nameText) = document.nodes[Int(name)]
            else { throw malformed("a name is not a string") }
            try pushGlobal(moduleText, nameText)
        case .reduce, .newObject:
            let arguments = try pop()
            try pushObject(try pop(), arguments)
        case .newObjectEx:
            let keywords = try pop()
            guard case .dictionary(let index) = document.nodes[Int(keywords)], document.lists[index].isEmpty else {
                throw malformed("an object is made with keyword arguments")
            }
            let arguments = try pop()
            try pushObject(try pop(), arguments)
        case .build: try build()
        case .persistentID:
            try push(.string(try cursor.line(limit: limits.stringBytes)))
            try push(.persistent(try pop()))
        case .binPersistentID: try push(.persistent(try pop()))
        }
    }

    /// A two's-complement little-endian integer of `count` bytes.
    private mutating func long(_ count: Int) throws -> Int64 {
        let bytes = try cursor.take(count)
        guard count <= 8 else { throw malformed("an integer of \(count) bytes; 8 is the limit") }
        guard let last = bytes.last else { return 0 }
        var value: UInt64 = last >= 0x80 ? .max : 0
        for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
        return Int64(bitPattern: value)
    }

    private mutating func pushText(_ count: Int) throws {
        try push(.string(try cursor.text(count, limit: limits.stringBytes)))
    }

    private mutating func pushBytes(_ count: Int) throws {
        try push(.bytes(Array(try cursor.take(count))))
    }

    private mutating func pushTuple(_ count: Int) throws {
        var values: [Reference] = []
        for _ in 0..<count { values.append(try pop()) }
        try push(.tuple(values.reversed()))
    }

    private mutating func extend(_ values: [Reference]) throws {
        switch document.nodes[Int(try top())] {
        case .list(let index), .set(let index): document.lists[index].append(contentsOf: values)
        default: throw malformed("elements are added to what is not a list or a set")
        }
    }

    private mutating func setItems(_ values: [Reference]) throws {
        guard case .dictionary(let index) = document.nodes[Int(try top())], values.count.isMultiple(of: 2) else {
            throw malformed("entries are added to what is not a dict")
        }
        document.lists[index].append(contentsOf: values)
    }

    private mutating func recall(_ index: UInt32) throws {
        guard let reference = memo[index] else { throw malformed("memo entry \(index) does not exist") }
        try push(reference)
    }

    private mutating func remember(_ index: UInt32) throws {
        guard memo.count < limits.memo else { throw malformed("more than \(limits.memo) memo entries") }
        memo[index] = try top()
    }

    private mutating func pushGlobal(_ module: String, _ name: String) throws {
        let full = "\(module).\(name)"
        guard PickleGlobals.isAllowed(full) else {
            throw SlipwayError(
                .unsupported, "pickle refers to \(full.prefix(200)), which is not allowed (byte \(opcodePosition))",
                fix: "only plain tensors are read; do not load this file elsewhere unless you trust where it came from")
        }
        try push(.global(full))
    }

    private mutating func pushObject(_ callee: Reference, _ arguments: Reference) throws {
        guard case .global(let name) = document.nodes[Int(callee)] else {
            throw malformed("what is called has no name")
        }
        guard case .tuple(let values) = document.nodes[Int(arguments)] else {
            throw malformed("the arguments of \(name) are not a tuple")
        }
        if name == "collections.OrderedDict", values.isEmpty {
            try push(.dictionary(newList([])))
        } else {
            try push(.object(callee: callee, arguments: arguments, state: nil))
        }
    }

    private mutating func build() throws {
        let state = try pop()
        let target = Int(try top())
        guard case .object(let callee, let arguments, _) = document.nodes[target] else {
            throw malformed("state is given to what is not an object")
        }
        document.nodes[target] = .object(callee: callee, arguments: arguments, state: state)
    }
}
