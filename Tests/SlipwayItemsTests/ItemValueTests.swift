import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayItems

struct ItemValueTests {
    private func text(_ column: Column, _ row: Int = 0) -> String? {
        ItemValue.encoded(column, row).map { String(decoding: $0, as: UTF8.self) }
    }

    private func read(_ text: String, _ type: ColumnType) -> (column: Column, bad: Int) {
        ItemValue.column([Array(text.utf8)], type)
    }

    /// What stands in Redis is what other writers are told to write.
    @Test func valuesAreWrittenAsDescribed() {
        #expect(text(.int64([-7])) == "-7" && text(.float([0.1])) == "0.1" && text(.double([1e300])) == "1e+300")
        #expect(text(.bool([true])) == "true" && text(.string(["a b"])) == "a b" && text(.string([nil])) == nil)
        let inner = Column.int64([1, 2, nil, 3])
        #expect(text(.list(lengths: [3, 0, 1], child: inner), 0) == "[1,2,null]")
        #expect(text(.list(lengths: [3, 0, 1], child: inner), 1) == "[]")
        let words = Column.string(["a\"b", "c\\\n", "ü\u{1}"])
        #expect(text(.list(lengths: [3], child: words)) == #"["a\"b","c\\\n","ü\u0001"]"#)
        let map = Column.map(lengths: [2], keys: .int64([5, 4]), values: .float([.nan, -.infinity]))
        #expect(text(map) == #"{"5":"nan","4":"-inf"}"#)
        let nested = Column.list(lengths: [2], child: .list(lengths: [1, 2], child: .float([1, 2.5, 3])))
        #expect(text(nested) == "[[1.0],[2.5,3.0]]")
    }

    @Test func everyTypeComesBack() {
        var numbers = SeededRandom(seed: 20_261_201)
        for _ in 0..<300 {
            let bits = UInt32.random(in: 0 ... .max, using: &numbers)
            let float = Float(bitPattern: bits)
            let (column, bad) = read(text(.float([float])) ?? "", .float)
            let back = column.elements(as: Float.self)[0]
            #expect(bad == 0 && (back == float || (back.isNaN && float.isNaN)), "\(bits)")
            let whole = Int64(bitPattern: UInt64.random(in: 0 ... .max, using: &numbers))
            let list = Column.list(lengths: [2], child: .int64([whole, nil]))
            let (same, _) = read(text(list) ?? "", .list(.int64))
            #expect(same.children[0].elements(as: Int64.self)[0] == whole && same.children[0].isNull(1))
        }
        let map = Column.map(lengths: [3], keys: .string(["z", "a", "z"]), values: .double([1, 2, 3]))
        let (back, bad) = read(text(map) ?? "", .map(key: .string, value: .double))
        #expect(bad == 0 && Array(back.children[1].elements(as: Double.self)) == [1, 2, 3])
        #expect(String(decoding: back.children[0].bytes(0), as: UTF8.self) == "z")
    }

    @Test func whatOthersWriteIsRead() {
        let type = ColumnType.list(.float)
        let (column, bad) = read(" [ 1, 2e-1 ,\"3\", NaN, null ] ", type)
        #expect(bad == 0 && column.children[0].count == 5)
        #expect(column.children[0].elements(as: Float.self)[1] == 0.2 && column.children[0].isNull(4))
        let (text, _) = read(#"["\u00fc\ud83d\ude00\/"]"#, .list(.string))
        #expect(String(decoding: text.children[0].bytes(0), as: UTF8.self) == "ü😀/")
    }

    @Test(arguments: [
        ("x", ColumnType.int64), ("1.5", .int64), ("", .int64), ("99999999999", .int32), ("1,5", .float),
        ("maybe", .bool),
        ("[1,2", .list(.int64)), ("[1,]", .list(.int64)), ("1", .list(.int64)), ("{\"a\":1}", .list(.int64)),
        ("[\"a\"]", .list(.int64)), ("[[1]]", .list(.int64)), ("{\"a\":}", .map(key: .string, value: .int64)),
        ("{\"a\":1}", .map(key: .int64, value: .int64)), ("[1]x", .list(.int64)), ("[\"\\ud83d\"]", .list(.string)),
        (String(repeating: "[", count: 1000), .list(.int64)), ("[\"a\u{1}\"]", .list(.string)),
    ])
    func whatIsNotOfItsTypeIsNullAndCounted(_ text: String, _ type: ColumnType) {
        let (column, bad) = read(text, type)
        #expect(bad == 1 && column.count == 1 && column.isNull(0) && column.type == type)
    }

    @Test func damagedValuesOnlyCount() {
        var numbers = SeededRandom(seed: 7)
        let types: [ColumnType] = [
            .list(.float), .list(.list(.int64)), .map(key: .string, value: .float), .string, .double, .bool,
        ]
        let seed = Array(#"{"a":[1.5,null,"x\u00e4"],"b":{"c":-2e3}}"#.utf8)
        for round in 0..<3000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...5, using: &numbers) {
                let place = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0..<3, using: &numbers) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
                case 1 where bytes.count > 1: bytes.removeSubrange(place...max(place, bytes.count - 2))
                default: bytes.insert(contentsOf: Array("[{\"".utf8), at: place)
                }
            }
            for type in types {
                let (column, bad) = ItemValue.column([bytes, nil], type)
                #expect(column.count == 2 && column.isNull(1) && bad <= 1, "round \(round)")
            }
        }
    }
}
