import Foundation
import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayCheckpoint

@Suite struct SafeTensorsFileTests {
    private func open(_ header: String, data: [UInt8] = [], length: UInt64? = nil) throws -> SafeTensorsFile {
        let folder = try TemporaryFolder()
        try folder.write(little(length ?? UInt64(header.utf8.count)) + Array(header.utf8) + data, to: "f.safetensors")
        return try SafeTensorsFile(path: "\(folder.path)/f.safetensors")
    }

    private func failure(_ header: String, data: [UInt8] = [], length: UInt64? = nil) -> SlipwayError? {
        #expect(throws: SlipwayError.self) { _ = try open(header, data: data, length: length) }
    }

    /// Written by the `safetensors` Python package from numpy arrays.
    @Test func readsWhatPythonWrote() throws {
        let file = try SafeTensorsFile(path: try Fixture.path("python.safetensors"))
        #expect(file.metadata == ["made": "by \"python\"", "é": "ü"])
        #expect(file.tensors.count == 7)
        #expect(try file.tensor("floats") == Tensor(shape: [2, 3], floats: [0, 0.5, 1, 1.5, 2, 2.5]))
        #expect(try file.tensor("halves") == Tensor(shape: [3], floats: [1, -2, 65504]))
        #expect(try file.tensor("doubles") == Tensor(shape: [1, 1], floats: [0.25]))
        #expect(try file.tensor("longs") == Tensor(shape: [2], ints: [.min, .max]))
        #expect(try file.tensor("bytes") == Tensor(shape: [4], ints: [0, 1, 254, 255]))
        #expect(try file.tensor("flag") == Tensor(shape: [], ints: [1]))
        #expect(try file.tensor("none") == Tensor(shape: [0, 2], floats: []))
        #expect(Array(try file.bytes(of: "bytes")) == [0, 1, 254, 255])
        #expect(try file.allBytes("floats", rows: 1) == Array(try file.bytes(of: "floats")))
        file.discardRows("floats", 0..<100)
    }

    @Test func refusesBadHeaders() {
        let one = #""a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#
        let four: [UInt8] = [0, 0, 0, 0]
        #expect(failure("{}", length: 3)?.message.contains("claims 3 bytes") == true)
        #expect(failure("{}", length: .max)?.code == .corrupt)
        #expect(failure("{\(one)}", data: [0, 0, 0])?.message.contains("not inside the 3 bytes") == true)
        #expect(failure("{\(one)}", data: four + [0])?.message.contains("end at data byte 4 of 5") == true)
        #expect(failure("{\(one),\(one)}", data: four)?.message.contains("describes a twice") == true)
        #expect(
            failure(#"{\#(one),"\u0061":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}"#, data: four)?
                .message.contains("describes a twice") == true)
        #expect(
            failure(#"{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}"#, data: [0])?.code == .unsupported)
        #expect(failure("[1]")?.code == .corrupt)
        #expect(failure("{\(String(repeating: "[", count: 100_000))")?.code == .corrupt)
    }

    @Test(arguments: [
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
        #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
        #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#,
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#,
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#,
        #"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#,
        #"{"a":{"dtype":"F32","shape":[1]}}"#,
        #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#,
        #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}"#,
        #"{"__metadata__":{"k":1},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
    ])
    func refusesContradictions(header: String) {
        #expect(failure(header, data: [0, 0, 0, 0])?.code == .corrupt)
    }

    @Test func refusesShortFiles() throws {
        let folder = try TemporaryFolder()
        for count in 0..<8 {
            try folder.write([UInt8](repeating: 0, count: count), to: "f")
            let error = #expect(throws: SlipwayError.self) { _ = try SafeTensorsFile(path: "\(folder.path)/f") }
            #expect(error?.code == .corrupt)
        }
        let missing = #expect(throws: SlipwayError.self) { _ = try SafeTensorsFile(path: "\(folder.path)/g") }
        #expect(missing?.code == .notFound)
    }
}

@Suite struct SafeTensorsWriterTests {
    private func append(_ bytes: [UInt8], _ writer: SafeTensorsWriter) throws {
        try bytes.withUnsafeBytes { try writer.append($0) }
    }

    @Test func writesAlignedTensorsThatReadBack() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/w.safetensors"
        let big = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let writer = try SafeTensorsWriter(
            path: path,
            tensors: [
                ("table \"q\"\n", "U8", [4, 100_000], 400_000), ("none", "F32", [0, 4], 0), ("bias", "F32", [3], 12),
                ("steps", "I64", [], 8),
            ], metadata: ["b": "2", "a": "1\\"])
        try append(Array(big[..<10]), writer)
        try append(Array(big[10..<300_000]), writer)
        try append(Array(big[300_000...]), writer)
        try append([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], writer)
        try append([9, 0, 0, 0, 0, 0, 0, 0], writer)
        try writer.finish()

        let bytes = try Fixture.bytes(path)
        let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        #expect((8 + length) % 64 == 0)
        let json = try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length]))
        let header = try #require(json as? [String: [String: Any]])
        for (name, entry) in header where !name.hasPrefix("__padding__.") && name != "__metadata__" {
            let offsets = try #require(entry["data_offsets"] as? [Int])
            #expect(offsets[0] % 64 == 0, "\(name)")
        }
        let file = try SafeTensorsFile(path: path)
        #expect(file.metadata == ["a": "1\\", "b": "2"])
        #expect(file.tensors.keys.sorted() == ["bias", "none", "steps", "table \"q\"\n"])
        #expect(Array(try file.bytes(of: "table \"q\"\n")) == big)
        #expect(Array(try file.bytes(of: "bias")) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
        #expect(try file.tensor("steps") == Tensor(shape: [], ints: [9]))
    }

    @Test func refusesWrongCounts() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/w"
        let wrong = #expect(throws: SlipwayError.self) {
            _ = try SafeTensorsWriter(path: path, tensors: [("a", "F32", [3], 13)])
        }
        #expect(wrong?.code == .mismatch)
        let twice = #expect(throws: SlipwayError.self) {
            _ = try SafeTensorsWriter(path: path, tensors: [("a", "U8", [1], 1), ("a", "U8", [1], 1)])
        }
        #expect(twice?.message.contains("a is a name that is taken") == true)
        do {
            let writer = try SafeTensorsWriter(path: path, tensors: [("a", "U8", [3], 3)])
            try append([1, 2], writer)
            let early = #expect(throws: SlipwayError.self) { try writer.finish() }
            #expect(early?.message.contains("a has 2 of 3 bytes") == true)
            let over = #expect(throws: SlipwayError.self) { try append([1, 2], writer) }
            #expect(over?.code == .mismatch)
            try append([3], writer)
            #expect(throws: SlipwayError.self) { try append([4], writer) }
            try writer.finish()
            #expect(throws: SlipwayError.self) { try writer.finish() }
        }
        let taken = #expect(throws: SlipwayError.self) { _ = try SafeTensorsWriter(path: path, tensors: []) }
        #expect(taken?.code == .alreadyExists)
        #expect(FileManager.default.fileExists(atPath: path))
        let nowhere = #expect(throws: SlipwayError.self) {
            _ = try SafeTensorsWriter(path: "\(folder.path)/no/w", tensors: [])
        }
        #expect(nowhere?.code == .notFound)
    }

    @Test func removesAnUnfinishedFile() throws {
        let folder = try TemporaryFolder()
        do {
            let writer = try SafeTensorsWriter(path: "\(folder.path)/w", tensors: [("a", "U8", [3], 3)])
            try append([1], writer)
            #expect(FileManager.default.fileExists(atPath: "\(folder.path)/w"))
        }
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/w"))
    }

    @Test func writesAnEmptyFile() throws {
        let folder = try TemporaryFolder()
        try SafeTensorsWriter(path: "\(folder.path)/w", tensors: []).finish()
        #expect(try SafeTensorsFile(path: "\(folder.path)/w").tensors.isEmpty)
    }
}
