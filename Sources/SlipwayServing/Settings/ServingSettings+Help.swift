extension ServingSettings {
    /// Every setting with its meaning and, in brackets, its value where nothing is said.
    package static var help: String {
        Setting.all.map { "  --\($0.name.replacing("_", with: "-")) VALUE\n      \($0.help)" }.joined(separator: "\n")
    }
}
