public import SlipwayArtifact
import SlipwayCheckpoint
import SlipwayCore
import SlipwayGraph
import SlipwayKernels
public import SlipwayRuntime

/// A predictor of a package: with its compiled code where there is some that this machine runs, else the portable backend.
public enum AOTLoader {
    public struct Loaded: Sendable {
        public let predictor: Predictor
        /// The variant that runs, or `portable`.
        public let backend: String
        /// Why code that the package has is not used, if so.
        public let note: String?
    }

    /// Opens the code of `package`. Nothing of it is run before its SHA-256 is that of the manifest.
    ///
    /// Throws `corrupt` for code, constants or a graph that were changed after the export, and what `Predictor` throws.
    public static func load(_ package: Package, badIDs: BadIDPolicy = .asUpstream) throws -> Loaded {
        guard package.manifest.files.contains(where: { $0.path == AOTFiles.plan }) else {
            return Loaded(predictor: try Predictor(package: package, badIDs: badIDs), backend: "portable", note: nil)
        }
        let plan = try AOTPlan(decoding: try checked(AOTFiles.plan, of: package))
        let machine = InstructionSet.current
        let fitting = AOTTarget.allCases.first { plan.variants.contains($0.rawValue) && $0.runs(on: machine) }
        guard let target = fitting else {
            return Loaded(
                predictor: try Predictor(package: package, badIDs: badIDs), backend: "portable",
                note:
                    "the package has compiled code for \(plan.variants.joined(separator: ", ")), but this machine runs "
                    + "\(machine.name); the portable backend is used")
        }
        _ = try checked(PackageFiles.graph, of: package)
        let name = AOTFiles.object(target.rawValue)
        let object = try CompiledObject(bytes: try checked(name, of: package), name: name)
        try object.setWeights(try weights(plan, package))
        try object.setReduced(plan.reduced.map { try reducedWeight($0, of: package) })
        let regions = try plan.regions.enumerated().map { index, region in
            try self.region(region, index, object, package.graph)
        }
        let predictor = try Predictor(
            package: package, regions: regions, maximumRows: plan.maxBatchSize, badIDs: badIDs)
        return Loaded(predictor: predictor, backend: target.rawValue, note: nil)
    }

    /// The portable backend, whatever code the package has.
    public static func portable(_ package: Package, badIDs: BadIDPolicy = .asUpstream) throws -> Loaded {
        Loaded(predictor: try Predictor(package: package, badIDs: badIDs), backend: "portable", note: nil)
    }

    /// The bytes of a file, which have the manifest's hash.
    private static func checked(_ name: String, of package: Package) throws -> [UInt8] {
        guard let entry = package.manifest.files.first(where: { $0.path == name }) else {
            throw SlipwayError(.corrupt, "package \(package.path) does not list \(name)", fix: "export the model again")
        }
        let bytes = try package.contents(name)
        guard FileHash.sha256(bytes) == entry.sha256 else {
            throw SlipwayError(
                .corrupt, "\(package.path)/\(name) was changed after the export; its code is not run",
                fix: "copy or export the package again")
        }
        return bytes
    }

    static func weights(
        _ plan: AOTPlan, _ package: Package
    ) throws -> [(form: WeightList.Form, tensor: Tensor)] {
        _ = try checked(AOTFiles.weights, of: package)
        let file = try SafeTensorsFile(path: try package.file(AOTFiles.weights))
        return try plan.weightForms.enumerated().map { index, form in
            guard let info = file.tensors[String(index)], info.dtype == .f32 else {
                throw SlipwayError(
                    .corrupt, "\(AOTFiles.weights) has no constant \(index)", fix: "export the model again")
            }
            return (form, try file.tensor(String(index)))
        }
    }

    private static func reducedWeight(_ name: String, of package: Package) throws -> ReducedWeight {
        guard let weight = package.reduced[name] else {
            throw SlipwayError(
                .corrupt, "\(AOTFiles.plan) reads \(name) in fewer bits, which the package does not have",
                fix: "export the model again")
        }
        return weight
    }

    static func region(
        _ region: AOTPlan.Region, _ index: Int, _ object: CompiledObject, _ graph: Graph
    ) throws -> CompiledRegion {
        guard (region.inputs + region.outputs).allSatisfy({ graph.values.indices.contains($0) }),
            region.nodes.allSatisfy({ graph.nodes.indices.contains($0) })
        else { throw SlipwayError(.corrupt, "\(AOTFiles.plan) does not fit the graph", fix: "export the model again") }
        return CompiledRegion(
            nodes: Set(region.nodes), inputs: region.inputs.map { ValueID($0) },
            outputs: region.outputs.map { ValueID($0) }, symbols: region.symbols,
            lookups: region.lookups.map { ($0.table, $0.feature) },
            code: CompiledRegionCode(
                object: object, measureEntry: try object.entry(index, "measure"),
                runEntry: try object.entry(index, "run"),
                number: index))
    }
}
