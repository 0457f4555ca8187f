import Foundation
import SlipwayTestSupport
import Testing

/// A link that leads to one package after the other, as deployments have it.
struct PackageLink {
    private let folder: TemporaryFolder

    var path: String { folder.path("current") }

    init(_ package: String) throws {
        folder = try TemporaryFolder()
        try lead(to: package)
    }

    func lead(to package: String) throws {
        try? FileManager.default.removeItem(atPath: folder.path("next"))
        try FileManager.default.createSymbolicLink(atPath: folder.path("next"), withDestinationPath: package)
        try #require(rename(folder.path("next"), path) == 0)
    }
}
