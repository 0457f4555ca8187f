import Foundation
import SlipwayCore

/// The ids of an index's items by their numbers: upstream's `id_mapping`, an id a line.
package struct ItemIDs: Sendable {
    private var bytes: [UInt8] = []
    /// Where each id ends.
    private var ends: [Int] = []

    package init() {}

    package init(_ ids: [String]) {
        for id in ids { append(Array(id.utf8)) }
    }

    /// Reads a file. An empty line is an item with an empty id; what follows the last line break, if anything, is an
    /// id.
    package init(path: String) throws {
        try MappedFile.withBytes(of: path) { file in
            bytes.reserveCapacity(file.count)
            for byte in file {
                if byte == UInt8(ascii: "\n") { ends.append(bytes.count) } else { bytes.append(byte) }
            }
            if bytes.count > ends.last ?? 0 { ends.append(bytes.count) }
        }
    }

    package var count: Int { ends.count }

    package mutating func append(_ id: some Sequence<UInt8>) {
        bytes.append(contentsOf: id)
        ends.append(bytes.count)
    }

    /// The UTF-8 text of id number `index`.
    package func text(_ index: Int) -> ArraySlice<UInt8> { bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

    package subscript(_ index: Int) -> String { String(decoding: text(index), as: UTF8.self) }

    /// Throws `invalidArgument` for an id that would be two lines.
    package func write(to path: String) throws {
        var file: [UInt8] = []
        file.reserveCapacity(bytes.count + ends.count)
        for index in ends.indices {
            let id = text(index)
            guard !id.contains(UInt8(ascii: "\n")) else {
                throw SlipwayError(
                    .invalidArgument, "the id of item \(index) has a line break in it",
                    fix: "the id mapping has an id a line: use ids without line breaks")
            }
            file += id
            file.append(UInt8(ascii: "\n"))
        }
        do {
            try Data(file).write(to: URL(fileURLWithPath: path))
        } catch {
            throw SlipwayError(.ioFailure, "cannot write \(path): \(error.localizedDescription)", cause: error)
        }
    }
}
