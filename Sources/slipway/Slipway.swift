import ArgumentParser

@main
struct Slipway: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slipway",
        abstract: "Export, score and serve TorchEasyRec models without Python.")
}
