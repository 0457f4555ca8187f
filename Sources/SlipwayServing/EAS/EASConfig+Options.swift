import Foundation
import SlipwayCore
import SlipwayFeatures

extension EASConfig.Options {
    private static func wrong(_ what: String, _ fix: String) -> SlipwayError {
        SlipwayError(.invalidArgument, what, fix: fix)
    }

    /// Throws `invalidArgument` for options that do not go together, or that EAS would refuse.
    func check() throws {
        guard image == nil || processor == nil else {
            throw Self.wrong("--image and --processor are both given", "give the one that EAS is to run")
        }
        if let oss {
            guard oss.hasPrefix("oss://"), oss.dropFirst(6).contains(where: { $0 != "/" }) else {
                throw Self.wrong("--oss is \"\(oss)\"", "give the package's folder as oss://BUCKET/PATH/")
            }
            guard image != nil || processor != nil else {
                throw Self.wrong("--oss is given, but not what EAS is to run", "give --image, or --processor")
            }
        }
        guard mountPath.hasPrefix("/") else {
            throw Self.wrong("--mount-path is \"\(mountPath)\"", "give a path from / on")
        }
        guard instances == nil || (peakRate == nil && instanceRate == nil) else {
            throw Self.wrong("--instances goes without rates", "leave out --peak-rate and --rate-per-instance")
        }
        guard (peakRate == nil) == (instanceRate == nil) else {
            throw Self.wrong(
                "--peak-rate and --rate-per-instance belong together",
                "measure the latter with slipway load --find-rate")
        }
        for (name, value) in [("--peak-rate", peakRate), ("--rate-per-instance", instanceRate)] {
            guard value.map({ $0 > 0 && $0 <= 1e9 }) ?? true else {
                throw Self.wrong("\(name) is \(value ?? 0)", "give requests a second, above 0")
            }
        }
        for (name, value, most) in [
            ("--instances", instances, 10_000), ("--cpu", cpu, 1024), ("--memory-mb", memoryMB, 1 << 24),
        ] {
            guard value.map({ (1...most).contains($0) }) ?? true else {
                throw Self.wrong("\(name) is \(value ?? 0)", "give a whole number from 1 to \(most)")
            }
        }
        guard resource == nil || instanceType == nil else {
            throw Self.wrong(
                "--resource and --instance-type are both given",
                "give a resource group of your own, or a type of the public one")
        }
        for (name, _) in environment where !Self.isName(name, upper: true) {
            throw Self.wrong("\"\(name)\" is no name of an environment variable", "write --env NAME=VALUE")
        }
    }

    /// The service's name: the given one, else the folder's.
    func service(_ path: String) throws -> String {
        let name = name ?? URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
        for (what, name) in [("service", name), ("group", group ?? "group")] {
            guard Self.isName(name, upper: false), (3...63).contains(name.utf8.count) else {
                throw Self.wrong(
                    "the \(what) would be called \"\(name)\"",
                    "give --\(what == "service" ? "name" : "group") with 3 to 63 small letters, digits and underscores, "
                        + "a letter first")
            }
        }
        return name
    }

    private static func isName(_ text: String, upper: Bool) -> Bool {
        func isLetter(_ byte: UInt8) -> Bool {
            (0x61...0x7a).contains(byte) || upper && ((0x41...0x5a).contains(byte) || byte == 0x5f)
        }
        guard let first = text.utf8.first, isLetter(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x5f }
    }

    /// The public resource group's machines, and the network.
    var cloud: JSONObject? {
        var cloud = JSONObject()
        if let instanceType {
            let machine = JSONValue.object(JSONObject([("type", .string(instanceType))]))
            cloud["computing"] = .object(JSONObject([("instances", .array([machine]))]))
        }
        var network = JSONObject()
        network["vpc_id"] = vpc.map { .string($0) }
        network["vswitch_id"] = vSwitch.map { .string($0) }
        network["security_group_id"] = securityGroup.map { .string($0) }
        if !network.members.isEmpty { cloud["networking"] = .object(network) }
        return cloud.members.isEmpty ? nil : cloud
    }
}
