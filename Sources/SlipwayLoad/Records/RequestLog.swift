import Foundation
import SlipwayCore
package import SlipwayProtocol

/// Logged requests of files and folders, in the order of their arrival where the log tells it.
package final class RequestLog: Sendable {
    private struct Entry: Sendable {
        let file: Int
        let place: LogRecord.Place
    }

    private let files: [MappedFile]
    private let entries: [Entry]

    /// - Parameters:
    ///   - paths: `PBLogData` logs, `PBLogData` or `PBRequest` files alone, or folders of files ending in `.pblog` and
    ///     `.pb`.
    ///   - limit: requests to take.
    /// - Throws: `notFound` where there is nothing, `corrupt` naming the file that is no log.
    package init(_ paths: [String], limit: Int? = nil) throws {
        var files: [MappedFile] = []
        var entries: [Entry] = []
        for path in try paths.flatMap(Self.files) {
            let file = try MappedFile(path: path)
            let places = try withContext("in \(path)") { try LogRecord.places(in: file.bytes) }
            entries += places.map { Entry(file: files.count, place: $0) }
            files.append(file)
        }
        guard !entries.isEmpty else {
            throw SlipwayError(
                .notFound, "\(paths.joined(separator: ", ")) holds no requests",
                fix: "give files or a folder that slipway serve --request-log-path wrote")
        }
        if entries.allSatisfy({ $0.place.arrivalUs != nil }) {
            // Workers write when a request is answered; its arrival may have been before that of one written earlier.
            entries = entries.enumerated().sorted {
                ($0.element.place.arrivalUs ?? 0, $0.offset) < ($1.element.place.arrivalUs ?? 0, $1.offset)
            }.map(\.element)
        }
        self.files = files
        self.entries = limit.map { Array(entries.prefix(max($0, 0))) } ?? entries
    }

    package var count: Int { entries.count }

    /// When each request arrived, in nanoseconds after the first.
    ///
    /// - Throws: `unsupported` where a record has no time.
    package func times() throws -> [UInt64] {
        let arrivals = entries.compactMap(\.place.arrivalUs)
        guard arrivals.count == entries.count, let first = arrivals.first else {
            let missing = entries.count - arrivals.count
            throw SlipwayError(
                .unsupported, "\(missing) of \(entries.count) records say nothing about their time",
                fix: "logs of slipway serve hold it; send others as fast as possible, or at a rate")
        }
        return arrivals.map { ($0 &- first) &* 1000 }
    }

    /// The bytes of a `PBRequest`.
    package func request(_ index: Int) -> [UInt8] {
        let entry = entries[index]
        let file = files[entry.file]
        return withExtendedLifetime(file) { Array(file.bytes[entry.place.request]) }
    }

    /// A whole record. Throws `corrupt` where its features cannot be read.
    package func record(_ index: Int) throws -> LogRecord {
        let entry = entries[index]
        let file = files[entry.file]
        return try withExtendedLifetime(file) {
            try withContext("in record \(index) of \(file.path)") { try LogRecord(in: file.bytes, at: entry.place) }
        }
    }

    private static func files(_ path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw SlipwayError(.notFound, "\(path) does not exist", fix: "check the path")
        }
        guard isFolder.boolValue else { return [path] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
                .filter { $0.hasSuffix(".pblog") || $0.hasSuffix(".pb") }.map { "\(path)/\($0)" }
        } catch { throw FileError.make(path: path, action: "list") }
    }
}
