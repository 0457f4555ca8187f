import CSlipwayAOT
import Foundation
import SlipwayArtifact
import SlipwayCore
import SlipwayKernels
import SlipwayRuntime

/// A loaded object and its packed weights. Immutable once made; closed when nobody holds it.
final class CompiledObject: @unchecked Sendable {
    private let handle: UnsafeMutableRawPointer
    private let descriptor: Int32
    private var blocks: [UnsafeMutableRawPointer] = []
    fileprivate private(set) var weights: UnsafeMutablePointer<UnsafePointer<Float>?>
    fileprivate private(set) var reduced: UnsafeMutablePointer<UnsafeRawPointer?>
    private var kept: [ReducedWeights] = []

    /// Loads the very `bytes` that were checked, from memory. Throws `corrupt` for what is no object of this interface.
    init(bytes: [UInt8], name: String) throws {
        let descriptor = slipway_aot_memory_file(name)
        guard descriptor >= 0 else { throw FileError.make(path: "memory for \(name)", action: "create") }
        var isLoaded = false
        defer { if !isLoaded { close(descriptor) } }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError.make(path: "memory for \(name)", action: "write") }
            written += count
        }
        guard let handle = dlopen("/proc/self/fd/\(descriptor)", RTLD_NOW | RTLD_LOCAL) else {
            throw SlipwayError(
                .corrupt, "\(name) cannot be loaded: \(dlerror().map { String(cString: $0) } ?? "unknown")",
                fix: "export the model again")
        }
        isLoaded = true
        self.handle = handle
        // The loader knows objects by their path, so the number stays taken while this one is there.
        self.descriptor = descriptor
        weights = .allocate(capacity: 1)
        weights.initialize(to: nil)
        reduced = .allocate(capacity: 1)
        reduced.initialize(to: nil)
        let abi: slipway_aot_abi_fn = try function("slipway_aot_abi", slipway_aot_abi_fn.self)
        guard abi() == SLIPWAY_AOT_ABI else {
            throw SlipwayError(.unsupported, "\(name) has another interface", fix: "export the model again")
        }
    }

    deinit {
        dlclose(handle)
        close(descriptor)
        for block in blocks { block.deallocate() }
        weights.deallocate()
        reduced.deallocate()
    }

    fileprivate func replaceReduced(_ all: [ReducedWeights?]) {
        kept = all.compactMap { $0 }
        reduced.deallocate()
        reduced = .allocate(capacity: max(all.count, 1))
        reduced.initialize(repeating: nil, count: max(all.count, 1))
        for (index, weight) in all.enumerated() { reduced[index] = weight?.descriptor }
    }

    func function<T>(_ name: String, _: T.Type) throws -> T {
        guard let address = dlsym(handle, name) else {
            throw SlipwayError(.corrupt, "the compiled code has no \(name)", fix: "export the model again")
        }
        return unsafeBitCast(address, to: T.self)
    }

    func entry(_ region: Int, _ name: String) throws -> slipway_aot_entry {
        try function("slipway_aot_\(region)_\(name)", slipway_aot_entry.self)
    }

    /// Puts the constants into the form the code reads.
    func setWeights(_ tensors: [(form: WeightList.Form, tensor: Tensor)]) throws {
        let count: slipway_aot_pack_count_fn = try function("slipway_aot_pack_count", slipway_aot_pack_count_fn.self)
        let pack: slipway_aot_pack_fn = try function("slipway_aot_pack", slipway_aot_pack_fn.self)
        weights.deallocate()
        weights = .allocate(capacity: max(tensors.count, 1))
        weights.initialize(repeating: nil, count: max(tensors.count, 1))
        for (index, entry) in tensors.enumerated() {
            let values = entry.tensor.floats
            var size = values.count
            if entry.form == .packed {
                guard entry.tensor.shape.count == 2 else {
                    throw SlipwayError(.corrupt, "weight \(index) is no matrix")
                }
                size = Int(count(Int64(entry.tensor.shape[0]), Int64(entry.tensor.shape[1])))
                guard size >= 0 else { throw SlipwayError(.corrupt, "weight \(index) is too large") }
            }
            let memory = UnsafeMutableRawPointer.allocate(byteCount: max(size * 4, 64), alignment: 64)
            blocks.append(memory)
            let floats = memory.bindMemory(to: Float.self, capacity: max(size, 16))
            floats.update(repeating: 0, count: max(size, 16))
            let status = values.withUnsafeBufferPointer { source -> Int32 in
                guard let base = source.baseAddress else { return 0 }
                guard entry.form == .packed else {
                    floats.update(from: base, count: source.count)
                    return 0
                }
                return pack(
                    Int64(entry.tensor.shape[0]), Int64(entry.tensor.shape[1]), base, Int64(entry.tensor.shape[1]),
                    floats)
            }
            guard status == 0 else { throw SlipwayError(.corrupt, "weight \(index) cannot be packed") }
            weights[index] = UnsafePointer(floats)
        }
    }
}

extension CompiledObject {
    /// Has weights multiplied in fewer bits where the code and this machine can; elsewhere they are multiplied as floats.
    func setReduced(_ weights: [ReducedWeight]) throws {
        guard !weights.isEmpty else { return }
        let choose: slipway_aot_reduce_fn = try function("slipway_aot_reduce", slipway_aot_reduce_fn.self)
        let variants = [ReducedWeights.Form.int8, .bf16].map { ($0, ReducedWeights.native($0)) }
        guard let variant = variants.lazy.compactMap(\.1).first else { return replaceReduced(weights.map { _ in nil }) }
        let forms = variants.filter { $0.1 == variant }.reduce(Int32(0)) { $0 | 1 << $1.0.rawValue }
        let used = choose(
            forms, variant.rawValue, unsafeBitCast(ReducedWeights.product, to: slipway_aot_product_fn.self))
        replaceReduced(
            try weights.map { weight in
                used >> weight.form.rawValue & 1 == 1 ? try ReducedWeights(weight, variant: variant) : nil
            })
    }
}

/// One region's functions.
struct CompiledRegionCode: RegionCode {
    let object: CompiledObject
    let measureEntry: slipway_aot_entry
    let runEntry: slipway_aot_entry
    let number: Int

    func measure(inputs: [RegionValue], sizes: inout [Int64]) throws -> Int {
        let values = inputs.map { slipway_aot_value(data: $0.base, stride: Int64($0.stride)) }
        return try values.withUnsafeBufferPointer { values in
            try sizes.withUnsafeMutableBufferPointer { sizes in
                var call = slipway_aot_call()
                call.abi = Int64(SLIPWAY_AOT_ABI)
                call.inputs = values.baseAddress
                call.sizes = sizes.baseAddress
                try check(measureEntry(&call))
                return Int(call.arena_bytes)
            }
        }
    }

    func run(
        inputs: [RegionValue], outputs: [RegionValue], sizes: [Int64], tables: [RegionTable],
        reports: inout [(firstBad: Int, mapped: Int)], arena: UnsafeMutableRawPointer, arenaBytes: Int
    ) throws {
        let given = inputs.map { slipway_aot_value(data: $0.base, stride: Int64($0.stride)) }
        let made = outputs.map { slipway_aot_value(data: $0.base, stride: Int64($0.stride)) }
        let stored = tables.map {
            slipway_aot_table(
                rows: $0.rows, row_count: Int64($0.rowCount), row_stride_bytes: Int64($0.rowStrideBytes),
                bad_ids: $0.mapsBadIDs ? 1 : 0, reserved: 0)
        }
        var found = [slipway_aot_report](repeating: slipway_aot_report(first_bad: -1, mapped: 0), count: tables.count)
        var sizes = sizes
        let status = given.withUnsafeBufferPointer { given in
            made.withUnsafeBufferPointer { made in
                stored.withUnsafeBufferPointer { stored in
                    found.withUnsafeMutableBufferPointer { found in
                        sizes.withUnsafeMutableBufferPointer { sizes in
                            var call = slipway_aot_call()
                            call.abi = Int64(SLIPWAY_AOT_ABI)
                            call.inputs = given.baseAddress
                            call.outputs = made.baseAddress
                            call.sizes = sizes.baseAddress
                            call.weights = UnsafePointer(object.weights)
                            call.reduced = UnsafePointer(object.reduced)
                            call.tables = stored.baseAddress
                            call.reports = found.baseAddress
                            call.arena = arena
                            call.arena_bytes = Int64(arenaBytes)
                            return runEntry(&call)
                        }
                    }
                }
            }
        }
        for (index, report) in found.enumerated() { reports[index] = (Int(report.first_bad), Int(report.mapped)) }
        try check(status)
    }

    private func check(_ status: Int32) throws {
        switch UInt32(bitPattern: status) {
        case SLIPWAY_AOT_OK.rawValue: return
        case SLIPWAY_AOT_BAD_LENGTHS.rawValue:
            throw SlipwayError(.mismatch, "lengths of sequences are negative or do not fit their steps")
        case SLIPWAY_AOT_BAD_ID.rawValue: throw SlipwayError(.outOfRange, "an id is outside its table")
        case SLIPWAY_AOT_TOO_LARGE.rawValue:
            throw SlipwayError(.outOfRange, "the batch needs too much memory at once", fix: "use a smaller batch size")
        default: throw SlipwayError(.internalFault, "compiled region \(number) refused its arguments (\(status))")
        }
    }
}
