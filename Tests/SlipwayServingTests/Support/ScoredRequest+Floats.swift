import SlipwayOnline
import SlipwayProtocol

extension ScoredRequest {
    /// The values of an output of floats; nil for another or none.
    func floats(_ name: String) -> [Float]? {
        guard case .floats(let values)? = outputs.first(where: { $0.name == name })?.elements else { return nil }
        return values
    }
}
