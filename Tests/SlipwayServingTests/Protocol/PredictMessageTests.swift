import SlipwayCore
import SlipwayProtocol
import SlipwayTestSupport
import Testing

/// What eas-prediction 0.36 wrote: every arm of the union, values of several arms in one column, all other fields.
struct PredictMessageTests {
    private func read(_ bytes: [UInt8], _ body: (PredictMessage, UnsafeRawBufferPointer) throws -> Void) throws {
        try bytes.withUnsafeBytes { raw in
            var message = PredictMessage()
            try message.read(raw)
            try body(message, raw)
        }
    }

    static let expected: [String: String] = [
        "int": "-7", "long": "1099511627776", "string": "\"héllo\"", "float": "0.1", "double": "0.1",
        "long_string_map": "{-2: \"y\", 8589934592: \"x\"}", "long_int_map": "{-2: -6, 8589934592: 5}",
        "long_long_map": "{-2: -8, 8589934592: 17179869184}", "long_float_map": "{-2: 1.5, 8589934592: 0.5}",
        "long_double_map": "{-2: -2.0, 8589934592: 0.25}", "string_string_map": "{\"a\": \"x\", \"b\": \"y\"}",
        "string_int_map": "{\"a\": 5, \"b\": -6}", "string_long_map": "{\"a\": 17179869184, \"b\": -8}",
        "string_float_map": "{\"a\": 0.5, \"b\": 1.5}", "string_double_map": "{\"a\": 0.25, \"b\": -2.0}",
        "int_string_map": "{-4: \"y\", 3: \"x\"}", "int_int_map": "{-4: -6, 3: 5}",
        "int_long_map": "{-4: -8, 3: 17179869184}", "int_float_map": "{-4: 1.5, 3: 0.5}",
        "int_double_map": "{-4: -2.0, 3: 0.25}", "int_list": "[1, -2, 3]", "long_list": "[34359738368, -1]",
        "string_list": "[\"p\", \"\", \"q\"]", "float_list": "[0.5, -1.5]", "double_list": "[0.125, 2.0]",
        "int_lists": "[[1, 2], [], [-3]]", "long_lists": "[[68719476736], [4]]",
        "string_lists": "[[\"s\", \"t\"], [\"u\"]]", "float_lists": "[[0.5], [1.5, 2.5]]",
        "double_lists": "[[0.75], []]", "missing": "null", "unset": "null",
    ]

    @Test func everyArmOfTheClientIsRead() throws {
        try read(try Fixture.base64(Fixture.text("client_request.b64"))) { message, bytes in
            let builder = ColumnBuilder(bytes, RequestArena())
            var found: [String: String] = [:]
            for feature in message.features where feature.origin == .user {
                let name = String(decoding: bytes[feature.name], as: UTF8.self)
                found[name] = cells(try builder.column(message.values[feature.values])).joined()
            }
            #expect(found == Self.expected)
            #expect(Set(message.values.map(\.arm.number)).isSuperset(of: 1...30))
            #expect(message.debugLevel == 903)
            #expect(message.neighbourCount == 50)
            #expect(message.itemIDs.map { String(decoding: bytes[$0], as: UTF8.self) } == ["i1", "i2", "i1"])
            #expect(message.metadata.map { String(decoding: bytes[$0.value], as: UTF8.self) } == ["r-1"])
        }
    }

    @Test func armsMayDifferFromRowToRow() throws {
        try read(try Fixture.base64(Fixture.text("client_request.b64"))) { message, bytes in
            let builder = ColumnBuilder(bytes, RequestArena())
            var found: [String: [String]] = [:]
            for feature in message.features where feature.origin != .user {
                let column = try builder.column(message.values[feature.values])
                found[String(decoding: bytes[feature.name], as: UTF8.self)] =
                    [column.type.description] + cells(column)
            }
            #expect(found["mixed"] == ["int64", "3", "1099511627776", "null"])
            #expect(found["texts"] == ["string", "\"3\"", "\"0.5\"", "\"z\""])
            #expect(found["numbers"] == ["double", "0.25", "2.0", "null"])
        }
    }

    @Test func scalarsAmongListsAreListsOfOne() throws {
        var request = RequestBytes()
        request.context("a", [.ints([1, 2]), .int(3), .missing, .floats([0.5])])
        request.context("b", [.int(1), .floatMap([(1, 2)])])
        try read(request.bytes) { message, bytes in
            let builder = ColumnBuilder(bytes, RequestArena())
            let column = try builder.column(message.values[message.features[0].values])
            #expect(cells(column) == ["[1.0, 2.0]", "[3.0]", "null", "[0.5]"])
            #expect(throws: SlipwayError.self) { try builder.column(message.values[message.features[1].values]) }
        }
    }

    /// Lists that are not packed, as proto3 allows, and unknown fields and groups around them.
    @Test func unpackedListsAndUnknownFieldsAreRead() throws {
        let list =
            tag(1, 0) + varint(5) + field(1, varint(6) + varint(7)) + tag(9, 3) + tag(1, 0) + varint(1) + tag(9, 4)
        let bytes =
            field(2, field(1, Array("a".utf8)) + field(2, field(22, list))) + field(99, [1, 2, 3]) + tag(8, 5)
            + little(UInt32(1))
        try read(bytes) { message, raw in
            let column = try ColumnBuilder(raw, RequestArena()).column(message.values[...])
            #expect(cells(column) == ["[5, 6, 7]"])
        }
    }

    @Test(
        "malformed messages are refused with the byte",
        arguments: [
            [0x12], [0x12, 0x05, 0x0a], [0x07], [0x00, 0x00], [0x1a, 0xff, 0xff, 0xff, 0xff, 0x0f],
            [0x08] + [UInt8](repeating: 0xff, count: 11), [0x4b, 0x54], [0x22, 0x02, 0x12, 0x05],
            field(2, field(1, [0x61]) + field(2, tag(1, 2) + [1, 0])),
        ] as [[UInt8]])
    func malformed(_ bytes: [UInt8]) {
        #expect(throws: SlipwayError.self) { try read(bytes) { _, _ in } }
    }

    @Test func damageOnlyThrows() throws {
        let seed = try Fixture.base64(Fixture.text("client_request.b64"))
        var numbers = SeededRandom(seed: Fuzz.seed(0))
        let count = Fuzz.count(10_000)
        let arena = RequestArena()
        var message = PredictMessage()
        for _ in 0..<count {
            let bytes = damaged(seed, &numbers)
            bytes.withUnsafeBytes { raw in
                guard (try? message.read(raw)) != nil else { return }
                let builder = ColumnBuilder(raw, arena)
                for feature in message.features {
                    _ = (try? builder.column(message.values[feature.values])).map(cells)
                }
                arena.reset()
            }
        }
        Fuzz.report("requests", count)
    }
}
