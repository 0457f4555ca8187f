/// Colours of a drawing: dark text on light fills, told apart without colour vision by title and place as well.
package enum SVGPalette {
    package static let text = "#17212b"
    package static let faint = "#51606e"
    package static let background = "#ffffff"

    static func fill(_ kind: ModelDrawing.Kind) -> String {
        switch kind {
        case .tables: return "#e2eefb"
        case .inputs: return "#eef1f4"
        case .group: return "#e0f3e2"
        case .module: return "#fdf2d9"
        case .output: return "#efe6fa"
        }
    }

    static func stroke(_ kind: ModelDrawing.Kind) -> String {
        switch kind {
        case .tables: return "#6f9fd0"
        case .inputs: return "#93a1af"
        case .group: return "#6fae78"
        case .module: return "#cfa346"
        case .output: return "#9678c4"
        }
    }

    static func line(isUserSide: Bool) -> String { isUserSide ? "#0b7f78" : "#6b7a89" }
}
