import Foundation
import SlipwayTestSupport

/// A file system in memory of a few pages, unmounted at the end.
final class SmallDisk {
    private let folder: TemporaryFolder

    var path: String { folder.path }

    init(bytes: Int) throws {
        folder = try TemporaryFolder()
        try Program.run(["mount", "-t", "tmpfs", "-o", "size=\(bytes)", "tmpfs", folder.path])
    }

    deinit { _ = try? Program.run(["umount", "-l", path]) }

    /// Whether this process may mount.
    static let isAvailable = (try? SmallDisk(bytes: 1 << 16)) != nil
}
