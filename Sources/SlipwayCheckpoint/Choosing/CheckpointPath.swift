/// Names of checkpoint folders.
enum CheckpointPath {
    /// `directory/name`, with no slash doubled; `name` alone when `directory` is empty.
    static func join(_ directory: String, _ name: String) -> String {
        directory.isEmpty || directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    }

    /// N of a path whose last part is `model.ckpt-N`; nil for any other path.
    static func step(_ path: String) -> Int? {
        let prefix = "model.ckpt-"
        guard let name = path.split(separator: "/").last, name.hasPrefix(prefix) else { return nil }
        let digits = name.dropFirst(prefix.count)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(digits)
    }
}
