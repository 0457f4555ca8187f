/// Names to indices, looked up by bytes in place.
package struct NameTable: Sendable {
    private let names: [[UInt8]]
    /// 1 + index into `names`, or 0; a power of two of them.
    private let slots: [Int32]

    /// - Parameter names: each once; of two equal ones the first counts.
    package init(_ names: [String]) {
        self.names = names.map { Array($0.utf8) }
        var size = 16
        while size < names.count * 2 { size *= 2 }
        var slots = [Int32](repeating: 0, count: size)
        for (index, name) in self.names.enumerated() {
            var place = Int(name.withUnsafeBytes { Self.hash($0) } & UInt64(size - 1))
            while slots[place] != 0, self.names[Int(slots[place]) - 1] != name { place = (place + 1) & (size - 1) }
            if slots[place] == 0 { slots[place] = Int32(index + 1) }
        }
        self.slots = slots
    }

    package func index(of name: UnsafeRawBufferPointer) -> Int? {
        var place = Int(Self.hash(name) & UInt64(slots.count - 1))
        while slots[place] != 0 {
            let index = Int(slots[place]) - 1
            if names[index].count == name.count, names[index].withUnsafeBytes({ $0.elementsEqual(name) }) {
                return index
            }
            place = (place + 1) & (slots.count - 1)
        }
        return nil
    }

    package func index(of name: String) -> Int? {
        var name = name
        return name.withUTF8 { index(of: UnsafeRawBufferPointer($0)) }
    }

    /// FNV-1a, mixed once more.
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
        value ^= value >> 32
        return value &* 0x9e37_79b9_7f4a_7c15 >> 7
    }
}
