import SlipwayCore
import Testing

@testable import SlipwayCheckpoint

/// Little-endian bytes of an integer.
func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

/// A one-entry archive built by the format's specification (APPNOTE 4.3), with each field to be bent by a test.
struct ZipDraft {
    var name = "a/data.pkl"
    var data: [UInt8] = [1, 2, 3]
    var method: UInt16 = 0
    var flags: UInt16 = 0
    var localExtra: [UInt8] = []
    var localName: String?
    var headerOffset: UInt32 = 0
    var size: UInt32?
    var zip64 = false
    var centralExtra: [UInt8]?
    var comment: [UInt8] = []
    var copies = 1

    var bytes: [UInt8] {
        let local = localName ?? name
        var bytes: [UInt8] = little(UInt32(0x0403_4B50)) + little(UInt16(45)) + little(flags) + little(method)
        bytes += [UInt8](repeating: 0, count: 16)
        bytes +=
            little(UInt16(local.utf8.count)) + little(UInt16(localExtra.count)) + Array(local.utf8) + localExtra + data
        let directory = bytes.count
        let saturated = UInt32.max
        let shown = zip64 ? saturated : size ?? UInt32(data.count)
        let sizes = little(UInt64(data.count)) + little(UInt64(data.count)) + little(UInt64(0))
        let extra = centralExtra ?? (zip64 ? little(UInt16(1)) + little(UInt16(24)) + sizes : [])
        for _ in 0..<copies {
            bytes += little(UInt32(0x0201_4B50)) + little(UInt32(45)) + little(flags) + little(method)
            bytes += [UInt8](repeating: 0, count: 8)
            bytes += little(shown) + little(shown)
            bytes += little(UInt16(name.utf8.count)) + little(UInt16(extra.count)) + little(UInt16(0))
            bytes += [UInt8](repeating: 0, count: 8)
            bytes += little(zip64 ? saturated : headerOffset) + Array(name.utf8) + extra
        }
        let end = bytes.count
        if zip64 {
            bytes += little(UInt32(0x0606_4B50)) + little(UInt64(44)) + little(UInt32(45)) + little(UInt64(0))
            bytes += little(UInt64(1)) + little(UInt64(1)) + little(UInt64(end - directory)) + little(UInt64(directory))
            bytes += little(UInt32(0x0706_4B50)) + little(UInt32(0)) + little(UInt64(end)) + little(UInt32(1))
        }
        bytes += little(UInt32(0x0605_4B50)) + little(UInt32(0))
        bytes += little(zip64 ? UInt16.max : UInt16(copies)) + little(zip64 ? UInt16.max : UInt16(copies))
        bytes += little(UInt32(end - directory)) + little(zip64 ? saturated : UInt32(directory))
        return bytes + little(UInt16(comment.count)) + comment
    }
}

@Suite struct StoredZipTests {
    private func entries(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
        try bytes.withUnsafeBytes { raw in try StoredZip(raw).entries.mapValues { Array(raw[$0]) } }
    }

    private func failure(_ bytes: [UInt8]) -> SlipwayError? {
        #expect(throws: SlipwayError.self) { _ = try entries(bytes) }
    }

    @Test func readsPlainAndZip64() throws {
        var draft = ZipDraft()
        #expect(try entries(draft.bytes) == ["a/data.pkl": [1, 2, 3]])
        draft.comment = [9, 9]
        draft.localExtra = [UInt8](repeating: 0, count: 37)
        #expect(try entries(draft.bytes) == ["a/data.pkl": [1, 2, 3]])
        draft.zip64 = true
        #expect(try entries(draft.bytes) == ["a/data.pkl": [1, 2, 3]])
    }

    @Test func refusesCompressionAndEncryption() {
        var draft = ZipDraft()
        draft.method = 8
        #expect(failure(draft.bytes)?.code == .unsupported)
        #expect(failure(draft.bytes)?.message.contains("a/data.pkl is compressed (method 8)") == true)
        draft = ZipDraft()
        draft.flags = 1
        #expect(failure(draft.bytes)?.message.contains("encrypted") == true)
    }

    @Test func refusesLies() {
        var drafts: [ZipDraft] = []
        func bend(_ change: (inout ZipDraft) -> Void) {
            var draft = ZipDraft()
            change(&draft)
            drafts.append(draft)
        }
        bend { $0.localName = "b/data.pkl" }
        bend { $0.localName = "a" }
        bend { $0.headerOffset = 5 }
        bend { $0.headerOffset = 0xFFFF_FFF0 }
        bend { $0.size = 4 }
        bend { $0.size = 0xFFFF_FFF0 }
        bend { $0.copies = 2 }
        bend {
            $0.zip64 = true
            $0.centralExtra = []
        }
        bend {
            $0.zip64 = true
            $0.centralExtra = [1, 0, 8, 0]
        }
        bend {
            $0.zip64 = true
            $0.centralExtra = [1, 0, 24, 0] + [UInt8](repeating: 0xFF, count: 24)
        }
        bend {
            $0.zip64 = true
            $0.centralExtra = [1, 0, 24, 0] + little(Int64.max) + little(Int64.max) + little(Int64(0))
        }
        for draft in drafts { #expect(failure(draft.bytes)?.code == .corrupt) }
    }

    @Test func refusesEveryTruncation() {
        var draft = ZipDraft()
        draft.zip64 = true
        let bytes = draft.bytes
        for count in bytes.indices { #expect(failure(Array(bytes[..<count]))?.code == .corrupt) }
    }
}
