import ArgumentParser
import SlipwayArtifact

/// What is run and how it is timed.
struct WorkloadOptions: ParsableArguments {
    @Argument(help: "Package directory.")
    var package: String

    @Argument(help: "Parquet or CSV file of encoded rows.")
    var data: String

    @Option(help: "What to time with: wall, or cpu where other work runs.")
    var clock = Clock.wall

    @Flag(help: "Run the portable backend even where there is compiled code.")
    var portable = false

    @Flag(help: "Time only what is not a lookup, of packages without ENABLE_AOT=2.")
    var denseOnly = false

    func workload(batchSize: Int) throws -> Workload {
        try Workload(
            package: try Package.open(path: package), data: data, batchSize: batchSize, isPortable: portable,
            isDenseOnly: denseOnly)
    }
}
