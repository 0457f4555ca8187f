import ArgumentParser
import SlipwayCore
import SlipwayServing

struct EASConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eas-config",
        abstract: "Write the service JSON with which EAS serves a package.",
        discussion: """
            Memory and processors are those the package needs, feature mode and recall what it is made for. EAS runs the image of \
            --image (or the processor of --processor) with the package mounted from --oss. slipway serve --config reads the same file; \
            without --oss it names the package where it lies here.
            """)

    @Argument(help: "The package.")
    var package: String

    @Option(help: "The service; the package's folder when not given.")
    var name: String?

    @Option(help: "The service group.")
    var group: String?

    @Option(help: "The image with slipway, in a registry that EAS reaches.")
    var image: String?

    @Option(help: "Instead of an image, the processor that EAS is to run.")
    var processor: String?

    @Option(help: "The package's folder in OSS: oss://BUCKET/PATH/.")
    var oss: String?

    @Option(help: "The region of the bucket, for its internal endpoint; where EAS is by default.")
    var region: String?

    @Option(help: "Where the package is mounted.")
    var mountPath = EASConfig.Options().mountPath

    @Option(help: "Instances (3, or by the rates below).")
    var instances: Int?

    @Option(help: "Requests a second at peak, of all instances together.")
    var peakRate: Double?

    @Option(help: "Requests a second that one instance bears: slipway load --find-rate measures it.")
    var ratePerInstance: Double?

    @Option(help: "Processors of an instance.")
    var cpu: Int?

    @Option(help: "Memory of an instance in MB.")
    var memoryMb: Int?

    @Option(help: "A resource group of your own.")
    var resource: String?

    @Option(help: "A machine type of the public resource group, such as ecs.c7a.large.")
    var instanceType: String?

    @Option(help: "The workspace.")
    var workspaceId: String?

    @Option(help: "The VPC that instances are to be reached in.")
    var vpcId: String?

    @Option(help: "Its vSwitch.")
    var vswitchId: String?

    @Option(help: "Its security group.")
    var securityGroupId: String?

    @Option(help: "A setting of slipway serve, as KEY=VALUE. Several by repeating the flag.")
    var set: [String] = []

    @Option(help: "A variable of the environment, as NAME=VALUE. Several by repeating the flag.")
    var env: [String] = []

    @Option(help: "Write into this new file instead of standard output.")
    var output: String?

    func run() throws {
        try ReportOutput.check([output])
        var options = EASConfig.Options()
        options.name = name
        options.group = group
        options.image = image
        options.processor = processor
        options.oss = oss
        options.region = region
        options.mountPath = mountPath
        options.instances = instances
        options.peakRate = peakRate
        options.instanceRate = ratePerInstance
        options.cpu = cpu
        options.memoryMB = memoryMb
        options.resource = resource
        options.instanceType = instanceType
        options.workspace = workspaceId
        options.vpc = vpcId
        options.vSwitch = vswitchId
        options.securityGroup = securityGroupId
        options.settings = try set.map { try Self.pair($0, "--set KEY=VALUE") }
        options.environment = try env.map { try Self.pair($0, "--env NAME=VALUE") }
        let config = try EASConfig(package: package, options)
        if let output { try ReportOutput.file(config.json, path: output) } else { try ReportOutput.text(config.json) }
        for note in config.notes { Console.error(note) }
    }

    private static func pair(_ text: String, _ form: String) throws -> (name: String, value: String) {
        guard let mark = text.firstIndex(of: "="), mark != text.startIndex else {
            throw SlipwayError(.invalidArgument, "\"\(text)\" has no name and value", fix: "write \(form)")
        }
        return (String(text[..<mark]), String(text[text.index(after: mark)...]))
    }
}
