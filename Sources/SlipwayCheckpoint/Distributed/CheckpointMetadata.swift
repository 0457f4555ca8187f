import SlipwayCore

/// One piece of a tensor and where its archive lies.
struct StoredChunk: Sendable {
    /// First index and extent in each dimension of the whole tensor.
    let offsets: [Int]
    let sizes: [Int]
    let file: String
    /// Bytes of `file` that hold the piece, as a whole zip archive.
    let bytes: Range<Int>

    /// Indices of dimension 0; a scalar is row 0.
    var rows: Range<Int> {
        guard let first = offsets.first, let count = sizes.first else { return 0..<1 }
        return first..<first + count
    }
}

/// The contents of a `.metadata` file: every tensor with its pieces.
struct CheckpointMetadata: Sendable {
    struct Entry: Sendable {
        let info: TensorInfo
        let chunks: [StoredChunk]
    }

    var entries: [String: Entry] = [:]

    private static let modulePrefix = "torch.distributed.checkpoint.metadata."
    static let maxNameBytes = 4096

    /// Reads the pickle in `bytes`. Throws `corrupt` or `unsupported`, naming the tensor.
    init(_ bytes: UnsafeRawBufferPointer) throws {
        let root = try Unpickler.load(bytes).root
        guard root.call()?.name == Self.modulePrefix + "Metadata" else {
            throw SlipwayError(
                .corrupt, "it describes \(root.kind), not a distributed checkpoint",
                fix: "give the folder that torch.distributed.checkpoint wrote")
        }
        var storage = try StorageIndex(root.field("storage_data"))
        guard let stateEntries = root.field("state_dict_metadata")?.entries() else {
            throw SlipwayError(.corrupt, "it has no state_dict_metadata")
        }
        entries.reserveCapacity(stateEntries.count)
        for (key, value) in stateEntries {
            guard let name = key.string, name.utf8.count <= Self.maxNameBytes else {
                throw SlipwayError(
                    .corrupt, "the name of a tensor is \(key.string == nil ? key.kind : "over 4096 bytes long")")
            }
            guard value.call()?.name == Self.modulePrefix + "TensorStorageMetadata" else {
                guard value.call()?.name == Self.modulePrefix + "BytesStorageMetadata" else {
                    throw SlipwayError(.corrupt, "\(name) is \(value.kind), not a tensor")
                }
                continue
            }
            let entry = try withContext("tensor \(name)") { try Self.entry(name, value, &storage) }
            guard entries.updateValue(entry, forKey: name) == nil else {
                throw SlipwayError(.corrupt, "\(name) is described twice")
            }
        }
    }

    private static func entry(_ name: String, _ value: PickleValue, _ storage: inout StorageIndex) throws -> Entry {
        guard let properties = value.field("properties"), let shape = Self.size(value.field("size")),
            let chunks = value.field("chunks")?.elements(limit: storage.remaining)
        else { throw SlipwayError(.corrupt, "its properties, size or chunks are missing or out of bounds") }
        let dtype = try Self.dtype(properties)
        guard TensorInfo.bytes(shape, dtype) != nil else {
            throw SlipwayError(.corrupt, "its shape \(shape) has more bytes than can be counted")
        }
        var stored: [StoredChunk] = []
        stored.reserveCapacity(chunks.count)
        for chunk in chunks {
            guard chunk.call()?.name == modulePrefix + "ChunkStorageMetadata",
                let offsets = Self.size(chunk.field("offsets")), let sizes = Self.size(chunk.field("sizes"))
            else { throw SlipwayError(.corrupt, "one of its chunks has no offsets or sizes") }
            let place = try storage.take(name, offsets: offsets)
            stored.append(StoredChunk(offsets: offsets, sizes: sizes, file: place.file, bytes: place.bytes))
        }
        try ChunkCoverage.check(stored, shape: shape, dtype: dtype)
        return Entry(info: TensorInfo(name: name, shape: shape, dtype: dtype), chunks: stored)
    }

    /// The element type in `TensorProperties`, whose state is a tuple that begins with dtype and layout.
    private static func dtype(_ properties: PickleValue) throws -> DType {
        guard let name = (properties.state?.elements(limit: 16)?.first ?? properties.field("dtype"))?.global,
            name.hasPrefix("torch.")
        else { throw SlipwayError(.corrupt, "its element type is missing") }
        if let layout = (properties.state?.elements(limit: 16)?.dropFirst().first ?? properties.field("layout")),
            let call = layout.call(), call.name == "torch.serialization._get_layout",
            let text = call.arguments.elements(limit: 1)?.first?.string, text != "torch.strided"
        {
            throw SlipwayError(.unsupported, "its layout is \(text.prefix(64)), only torch.strided is read")
        }
        guard let dtype = TorchDType.element(name) else {
            throw SlipwayError(
                .unsupported, "its element type \(name) is not read here",
                fix: "convert it to float32, float16, bfloat16, float64, an integer type or bool before saving")
        }
        return dtype
    }

    /// A `torch.Size`: non-negative, of at most 64 dimensions as in PyTorch.
    static func size(_ value: PickleValue?) -> [Int]? {
        guard let call = value?.call(), call.name == "torch.Size", let values = call.arguments.elements(limit: 1) else {
            return nil
        }
        guard let first = values.first else { return [] }
        guard let sizes = first.elements(limit: 64) else { return nil }
        var result: [Int] = []
        for size in sizes {
            guard let number = size.int, number >= 0 else { return nil }
            result.append(number)
        }
        return result
    }
}

/// `storage_data`: the file and byte range of each piece, taken out once each.
private struct StorageIndex {
    struct Key: Hashable {
        let name: String
        /// nil when the index has none: the only piece of its tensor.
        let offsets: [Int]?
    }

    struct Place {
        let file: String
        let bytes: Range<Int>
    }

    private var places: [Key: Place] = [:]

    /// Pieces that no tensor has claimed yet: no tensor can have more chunks than that.
    var remaining: Int { places.count }

    init(_ value: PickleValue?) throws {
        guard let entries = value?.entries() else { throw SlipwayError(.corrupt, "it has no storage_data") }
        places.reserveCapacity(entries.count)
        for (index, info) in entries {
            guard let name = index.field("fqn")?.string, name.utf8.count <= CheckpointMetadata.maxNameBytes else {
                throw SlipwayError(.corrupt, "an entry of storage_data has no name")
            }
            let offsetValue = index.field("offset")
            let offsets = CheckpointMetadata.size(offsetValue)
            guard offsets != nil || offsetValue == nil || offsetValue?.isNone == true else {
                throw SlipwayError(.corrupt, "storage of \(name) has a malformed offset")
            }
            let place = try withContext("storage of \(name)") { try Self.place(info) }
            guard places.updateValue(place, forKey: Key(name: name, offsets: offsets)) == nil else {
                throw SlipwayError(.corrupt, "storage of \(name) at \(offsets ?? []) is described twice")
            }
        }
    }

    private static func place(_ info: PickleValue) throws -> Place {
        guard let path = info.field("relative_path")?.string, let offset = info.field("offset")?.int,
            let length = info.field("length")?.int
        else { throw SlipwayError(.corrupt, "its path, offset or length is missing") }
        if let transforms = info.field("transform_descriptors"), !transforms.isNone, transforms.count != 0 {
            throw SlipwayError(
                .unsupported, "it is compressed or otherwise transformed", fix: "save the checkpoint without extensions"
            )
        }
        let (end, overflow) = offset.addingReportingOverflow(length)
        guard offset >= 0, length >= 0, !overflow else {
            throw SlipwayError(.corrupt, "its byte range (offset \(offset), length \(length)) is impossible")
        }
        try checkInside(path)
        return Place(file: path, bytes: offset..<end)
    }

    /// Refuses a path that could leave the checkpoint's folder.
    private static func checkInside(_ path: String) throws {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !path.isEmpty, path.utf8.count <= 1024, !path.utf8.contains(0),
            !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." })
        else {
            throw SlipwayError(
                .corrupt, "its path \(path.prefix(200).debugDescription) does not stay inside the checkpoint's folder",
                fix: "do not use this checkpoint unless you trust where it came from")
        }
    }

    mutating func take(_ name: String, offsets: [Int]) throws -> Place {
        if let place = places.removeValue(forKey: Key(name: name, offsets: offsets)) { return place }
        if let place = places.removeValue(forKey: Key(name: name, offsets: nil)) { return place }
        throw SlipwayError(
            .corrupt, "its chunk at \(offsets) is stored nowhere",
            fix: "copy the checkpoint again from where it was trained")
    }
}
