/// Something in a pipeline config that does not stop the work but should be looked at.
public struct ConfigWarning: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable {
        /// A field the schema does not have; it is ignored.
        case unknownField = "unknown_field"
        /// A singular field, or two members of a oneof, set more than once; the last one counts.
        case repeatedField = "repeated_field"
        /// A backslash before a character that needs none; both are kept.
        case oddEscape = "odd_escape"
        /// A field upstream keeps only for old configs.
        case deprecated
        /// A setting that has no effect, or probably not the wanted one.
        case suspicious
    }

    public var kind: Kind
    /// `file:line:column`, where the warning is about a place in a text.
    public var location: String?
    /// The message it stands in, from the root: `model_config.feature_groups[2]`; empty for the root.
    public var path: String
    public var message: String

    public init(kind: Kind, location: String? = nil, path: String = "", message: String) {
        self.kind = kind
        self.location = location
        self.path = path
        self.message = message
    }

    public var description: String { (location.map { $0 + ": " } ?? "") + message }
}
