import SlipwayCore

/// A source whose tensors go by other names.
public struct RenamedSource: TensorSource {
    public let tensors: [String: TensorInfo]
    private let base: any TensorSource
    private let storedNames: [String: String]

    /// `newNames` maps stored names to new ones. A new name that is stored already is left alone, and so is its rival.
    public init(_ base: any TensorSource, newNames: [String: String]) {
        var tensors = base.tensors
        var storedNames: [String: String] = [:]
        for (stored, new) in newNames.sorted(by: { $0.key < $1.key }) {
            guard let info = base.tensors[stored], tensors[new] == nil else { continue }
            tensors[stored] = nil
            tensors[new] = TensorInfo(name: new, shape: info.shape, dtype: info.dtype)
            storedNames[new] = stored
        }
        self.tensors = tensors
        self.base = base
        self.storedNames = storedNames
    }

    public func readRows(_ name: String, _ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws {
        _ = try checkedInfo(name, rows, target.count)
        try base.readRows(storedNames[name] ?? name, rows, into: target)
    }

    public func discardRows(_ name: String, _ rows: Range<Int>) {
        guard tensors[name] != nil else { return }
        base.discardRows(storedNames[name] ?? name, rows)
    }
}

extension RenamedSource {
    /// What sequence tables of early checkpoints are called now: `ec_list.<i>` is `ec_dict.<width>` today.
    ///
    /// The width is that of the tables under the same prefix; their other tensors follow. Keyed by stored name.
    /// Source: `PartialLoadPlanner` in upstream's `utils/checkpoint_util.py`.
    static func sequenceTableNames(_ tensors: [String: TensorInfo]) -> [String: String] {
        var prefixes: [String: String] = [:]
        for (name, info) in tensors where name.hasSuffix(".weight") && info.shape.count == 2 {
            guard let prefix = legacyPrefix(name) else { continue }
            prefixes[prefix.old] =
                "\(prefix.parent).\(prefix.kind == "ec_list" ? "ec_dict" : "mc_ec_dict").\(info.shape[1])"
        }
        var names: [String: String] = [:]
        for name in tensors.keys {
            guard let prefix = legacyPrefix(name), let new = prefixes[prefix.old] else { continue }
            names[name] = new + name.dropFirst(prefix.old.count)
        }
        return names
    }

    private static func legacyPrefix(_ name: String) -> (old: String, parent: String, kind: String)? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard let position = parts.firstIndex(where: { $0 == "ec_list" || $0 == "mc_ec_list" }), position > 0,
            position + 2 < parts.count
        else { return nil }
        let parent = parts[..<position].joined(separator: ".")
        let kind = String(parts[position])
        return ("\(parent).\(kind).\(parts[position + 1])", parent, kind)
    }
}
