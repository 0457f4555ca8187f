import Foundation
import SlipwayCore

/// What lies in checkpoint folders, without opening it.
enum CheckpointListing {
    /// A folder of a checkpoint: `model`, `optimizer`, `dense_ema`, ….
    struct Part: Sendable {
        let name: String
        let bytes: Int

        var facts: Fact { .object(["name": .string(name), "bytes": .int(bytes)]) }
    }

    /// N of a path that ends in `model.ckpt-N`; nil for any other.
    static func step(of path: String) -> Int? {
        let prefix = "model.ckpt-"
        guard let name = path.split(separator: "/").last, name.hasPrefix(prefix) else { return nil }
        let digits = name.dropFirst(prefix.count)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(digits)
    }

    /// The folders of `path` that have a `.metadata`, in name order.
    static func parts(of path: String) -> [Part] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.sorted().compactMap { name in
            let folder = PathInspector.join(path, name)
            guard FileManager.default.fileExists(atPath: PathInspector.join(folder, ".metadata")) else { return nil }
            return Part(name: name, bytes: bytes(of: files(in: folder)))
        }
    }

    /// The files right in `folder`, with their sizes, in name order.
    static func files(in folder: String) -> [(name: String, bytes: Int)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().compactMap { name in
            var status = stat()
            guard stat(PathInspector.join(folder, name), &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                return nil
            }
            return (name, Int(status.st_size))
        }
    }

    static func bytes(of files: [(name: String, bytes: Int)]) -> Int { files.reduce(0) { $0.addingClamped($1.bytes) } }
}
