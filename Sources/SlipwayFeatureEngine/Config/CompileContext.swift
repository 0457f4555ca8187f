/// What compiling an fg.json needs besides its text.
struct CompileContext: Sendable {
    let hash: HashFunction
    /// Where files with relative names lie.
    let assetDirectory: String?
    let customOperators: CustomOperators

    func path(_ file: String) -> String {
        guard let assetDirectory, !assetDirectory.isEmpty, !file.hasPrefix("/") else { return file }
        return assetDirectory.hasSuffix("/") ? assetDirectory + file : assetDirectory + "/" + file
    }
}
