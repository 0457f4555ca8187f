import SlipwayCore

/// A tensor in a `torch.save` archive: where its first element lies and how to step.
struct ArchivedTensor: Sendable {
    let dtype: DType
    let sizes: [Int]
    /// Elements from one index to the next, by dimension; 0 where there is one index at most.
    let strides: [Int]
    /// Bytes from the start of the archive to element `[0, 0, …]`.
    let start: Int

    /// Reads the archive's directory and `data.pkl`; no element is touched.
    ///
    /// Throws `corrupt` for damage, `unsupported` for anything that is not one plain little-endian tensor.
    init(archive: UnsafeRawBufferPointer) throws {
        let contents = try StoredZip(archive)
        let suffix = "/data.pkl"
        guard
            let pickleName = contents.entries.keys.first(where: {
                $0.hasSuffix(suffix) && !$0.dropLast(suffix.count).contains("/")
            }),
            let pickle = contents.entries[pickleName]
        else { throw SlipwayError(.corrupt, "its archive has no data.pkl") }
        let prefix = pickleName.dropLast(suffix.count)
        if let order = contents.entries["\(prefix)/byteorder"], !archive[order].elementsEqual("little".utf8) {
            throw SlipwayError(
                .unsupported, "it was saved in big-endian byte order", fix: "save it on a little-endian machine")
        }
        var limits = Unpickler.Limits()
        limits.nodes = 1 << 16
        limits.stack = 1 << 12
        limits.depth = 64
        let document = try Unpickler.load(UnsafeRawBufferPointer(rebasing: archive[pickle]), limits: limits)
        let recipe = try Recipe(document.root)
        guard let data = contents.entries["\(prefix)/data/\(recipe.storageKey)"] else {
            throw SlipwayError(.corrupt, "its archive has no data/\(recipe.storageKey.prefix(64))")
        }
        let itemBytes = recipe.dtype.storedBytes
        let available = data.count / itemBytes
        guard try recipe.elementsReached() <= min(available, recipe.storageElements) else {
            throw SlipwayError(
                .corrupt, "its shape \(recipe.sizes) reaches past the \(available) elements that are stored",
                fix: "copy the checkpoint again from where it was trained")
        }
        dtype = recipe.dtype
        sizes = recipe.sizes
        // The stride of a dimension of size 1 is never used and may be anything.
        strides = zip(recipe.sizes, recipe.strides).map { $0 > 1 ? $1 : 0 }
        start = data.lowerBound + min(recipe.offset, available) * itemBytes
    }
}

/// The arguments of `torch._utils._rebuild_tensor_v2`.
private struct Recipe {
    let dtype: DType
    let storageKey: String
    let storageElements: Int
    /// Elements from the start of the storage.
    let offset: Int
    let sizes: [Int]
    let strides: [Int]

    init(_ root: PickleValue) throws {
        var value = root
        if let call = value.call(), call.name == "torch._utils._rebuild_parameter",
            let inner = call.arguments.elements(limit: 8)?.first
        {
            value = inner
        }
        guard let call = value.call(), call.name == "torch._utils._rebuild_tensor_v2",
            let arguments = call.arguments.elements(limit: 8), arguments.count >= 4
        else { throw SlipwayError(.unsupported, "its archive holds \(root.kind), not a plain tensor") }
        guard let storage = arguments[0].persistentID?.elements(limit: 8), storage.count >= 5,
            storage[0].string == "storage", let type = storage[1].global, let key = storage[2].string,
            let count = storage[4].int, count >= 0
        else { throw SlipwayError(.corrupt, "its archive does not say where its elements are") }
        guard let dtype = TorchDType.storageElement(type) else {
            throw SlipwayError(.unsupported, "its storage is a \(type), which is not read here")
        }
        guard let offset = arguments[1].int, offset >= 0, let sizes = Self.numbers(arguments[2]),
            let strides = Self.numbers(arguments[3]), sizes.count == strides.count
        else { throw SlipwayError(.corrupt, "its archive has a malformed offset, size or stride") }
        self.dtype = dtype
        self.storageKey = key
        self.storageElements = count
        self.offset = offset
        self.sizes = sizes
        self.strides = strides
    }

    /// Elements of the storage up to and with the last one that the shape reaches.
    func elementsReached() throws -> Int {
        if sizes.contains(0) { return 0 }
        var last = offset
        for (size, stride) in zip(sizes, strides) {
            let (step, tooFar) = (size - 1).multipliedReportingOverflow(by: stride)
            let (sum, overflow) = last.addingReportingOverflow(step)
            guard !tooFar, !overflow else { throw SlipwayError(.corrupt, "its strides \(strides) are out of bounds") }
            last = sum
        }
        let (reached, overflow) = last.addingReportingOverflow(1)
        guard !overflow else { throw SlipwayError(.corrupt, "its offset \(offset) is out of bounds") }
        return reached
    }

    private static func numbers(_ value: PickleValue) -> [Int]? {
        guard let elements = value.elements(limit: 64) else { return nil }
        var result: [Int] = []
        for element in elements {
            guard let number = element.int, number >= 0 else { return nil }
            result.append(number)
        }
        return result
    }
}
