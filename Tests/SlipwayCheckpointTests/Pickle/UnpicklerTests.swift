import SlipwayCore
import Testing

@testable import SlipwayCheckpoint

@Suite struct UnpicklerTests {
    private func load(_ bytes: [UInt8]) throws -> PickleValue {
        try bytes.withUnsafeBytes { try Unpickler.load($0).root }
    }

    private func failure(_ bytes: [UInt8]) -> SlipwayError? {
        #expect(throws: SlipwayError.self) { try load(bytes) }
    }

    private func text(_ string: String) -> [UInt8] { [0x8C, UInt8(string.utf8.count)] + Array(string.utf8) }

    /// `pickle.dumps({'a': (1, -2, 70000, 2**40, -2**63, True, None, 1.5), 'b': [1, 2, 3]}, protocol)`, by CPython.
    @Test(arguments: [
        "80027d7100285801000000617101284b014afeffffff4a701101008a060000000000018a080000000000000080884e47"
            + "3ff800000000000074710258010000006271035d7104284b014b024b0365752e",
        "80049543000000000000007d94288c016194284b014afeffffff4a701101008a060000000000018a0800000000000000"
            + "80884e473ff800000000000074948c0162945d94284b014b024b0365752e",
    ])
    func readsPlainValues(hex: String) throws {
        let root = try load(Hex.bytes(hex))
        let entries = try #require(root.entries())
        #expect(entries.map(\.key.string) == ["a", "b"])
        let tuple = try #require(entries[0].value.elements(limit: 10))
        #expect(tuple[..<5].map(\.int) == [1, -2, 70000, 1 << 40, Int.min])
        #expect(tuple[5].kind == "a bool")
        #expect(tuple[6].isNone)
        #expect(tuple[7].kind == "a float")
        #expect(entries[1].value.elements(limit: 3)?.map(\.int) == [1, 2, 3])
        #expect(entries[1].value.elements(limit: 2) == nil)
    }

    @Test func readsSetsBytesAndPersistentIDs() throws {
        // {1, 2}, frozenset([3]), b'xy', a binary persistent id of ('k',), as opcodes.
        let root = try load(
            [0x80, 4, 0x28] + [0x8F, 0x28, 0x4B, 1, 0x4B, 2, 0x90] + [0x28, 0x4B, 3, 0x91] + [0x43, 2, 0x78, 0x79]
                + text("k") + [0x85, 0x51] + [0x50] + Array("id7\n".utf8) + [0x74, 0x2E])
        let values = try #require(root.elements(limit: 8))
        #expect(values.map(\.kind) == ["a set", "a set", "bytes", "a persistent id", "a persistent id"])
        #expect(values[0].count == 2)
        #expect(values[3].persistentID?.elements(limit: 1)?.first?.string == "k")
        #expect(values[4].persistentID?.string == "id7")
    }

    @Test(arguments: [
        ("posix", "system"), ("builtins", "eval"), ("os", "popen"), ("torch", "load"), ("torch.serialization", "load"),
    ])
    func refusesNamesOffTheList(module: String, name: String) throws {
        let stacked = failure([0x80, 4] + text(module) + text(name) + [0x93] + text("id") + [0x85, 0x52, 0x2E])
        #expect(stacked?.code == .unsupported)
        #expect(stacked?.message.hasPrefix("pickle refers to \(module).\(name), which is not allowed") == true)
        let old = failure([0x80, 2, 0x63] + Array("\(module)\n\(name)\n".utf8) + [0x28, 0x74, 0x52, 0x2E])
        #expect(old?.message.hasPrefix("pickle refers to \(module).\(name), which is not allowed") == true)
        #expect(old?.fix != nil)
    }

    /// A dotted name must not reach into an allowed module.
    @Test func refusesDottedNames() {
        let error = failure([0x80, 4] + text("collections") + text("OrderedDict.fromkeys") + [0x93, 0x2E])
        #expect(error?.code == .unsupported)
    }

    @Test func survivesACycle() throws {
        // l = []; l.append(l); d = {}; d['self'] = d; (l, d)
        let root = try load(
            [0x80, 4, 0x5D, 0x94, 0x68, 0, 0x61, 0x7D, 0x94] + text("self") + [0x68, 1, 0x73, 0x86, 0x2E])
        let list = try #require(root.elements(limit: 2)?.first)
        #expect(list.elements(limit: 1)?.first?.elements(limit: 1)?.first?.count == 1)
    }

    @Test func survivesDeepNesting() throws {
        // Tuples in tuples, a million deep, need no marks and no recursion, neither to read nor to let go of.
        let deep = [0x80, 4, 0x29] + [UInt8](repeating: 0x85, count: 1_000_000) + [0x2E]
        #expect(try load(deep).count == 1)
        let marks = failure([0x80, 4] + [UInt8](repeating: 0x28, count: 100_000) + [0x2E])
        #expect(marks?.message.contains("nested deeper") == true)
    }

    @Test func limitsTheStackAndTheNodes() throws {
        var limits = Unpickler.Limits()
        limits.stack = 100
        limits.nodes = 1000
        func failure(_ bytes: [UInt8]) -> SlipwayError? {
            #expect(throws: SlipwayError.self) {
                try bytes.withUnsafeBytes { _ = try Unpickler.load($0, limits: limits) }
            }
        }
        #expect(failure([0x80, 4] + [UInt8](repeating: 0x4E, count: 200))?.message.contains("on the stack") == true)
        let pushPop = (0..<4000).map { $0.isMultiple(of: 2) ? UInt8(0x4E) : 0x30 }
        #expect(failure([0x80, 4] + pushPop)?.message.contains("1000 values") == true)
    }

    @Test(arguments: [
        [0x8D, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x8E, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        [0x58, 0xFF, 0xFF, 0xFF, 0xFF], [0x8B, 0xFF, 0xFF, 0xFF, 0xFF], [0x8A, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x2E],
        [0x4A, 1, 2], [], [0x2E], [0x30], [0x85, 0x2E], [0x74], [0x68, 7], [0x61], [0x75], [0x52], [0x62], [0x81],
        [0x93],
        [0x94], [0x4E, 0x4E, 0x52], [0x4E, 0x4E, 0x62], [0x4E, 0x4E, 0x61], [0x8C, 2, 0xC3, 0x28, 0x2E], [0x28, 0x32],
        [0x63, 0x61, 0x62], [0x80, 9], [0x69], [0x82, 1], [0x97], [0x00],
    ])
    func refusesMalformedInput(body: [UInt8]) {
        let error = failure([0x80, 4] + body)
        #expect(error?.code == .corrupt || error?.code == .unsupported)
        #expect(error?.message.contains("byte") == true)
    }

    @Test func limitsStrings() {
        let long = [UInt8](repeating: 0x61, count: 70_000)
        let error = failure([0x80, 4, 0x58, 0x70, 0x11, 0x01, 0x00] + long + [0x2E])
        #expect(error?.message.contains("70000 bytes") == true)
    }

    @Test func refusesStateAndCallsOfWrongKinds() {
        let name = text("torch") + text("Size") + [0x93]
        #expect(failure([0x80, 4] + name + [0x4E, 0x52, 0x2E])?.message.contains("not a tuple") == true)
        #expect(failure([0x80, 4, 0x4E, 0x29, 0x52, 0x2E])?.message.contains("has no name") == true)
        #expect(failure([0x80, 4] + name + [0x4E, 0x62, 0x2E])?.message.contains("not an object") == true)
    }
}

enum Hex {
    static func bytes(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
