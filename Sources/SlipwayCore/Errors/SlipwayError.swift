/// The one error type of the project.
///
/// `code` is constant text (safe as a metric label); `message` says what is wrong and where; `fix` says what to do;
/// `context` grows on the way up, innermost first.
public struct SlipwayError: Error, Sendable, CustomStringConvertible {
    public var code: Code
    public var message: String
    public var fix: String?
    public var context: [String]
    public var cause: (any Error)?

    public init(_ code: Code, _ message: String, fix: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.fix = fix
        self.context = []
        self.cause = cause
    }

    /// `message`, then each context as `(in …)`, then the fix after a dash.
    public var description: String {
        var text = message
        for entry in context { text += " (\(entry))" }
        if let fix { text += " — \(fix)" }
        return text
    }

    /// This error with one more line of context.
    public func adding(_ entry: String) -> SlipwayError {
        var copy = self
        copy.context.append(entry)
        return copy
    }
}

extension SlipwayError {
    /// What went wrong, as a word that never changes.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case invalidArgument = "invalid_argument"
            case invalidConfig = "invalid_config"
            case notFound = "not_found"
            case alreadyExists = "already_exists"
            case corrupt
            case mismatch
            case outOfRange = "out_of_range"
            case unsupported
            case ioFailure = "io_failure"
            case diskFull = "disk_full"
            case internalFault = "internal_fault"
        }

        private let kind: Kind
        private init(_ kind: Kind) { self.kind = kind }

        /// A flag, environment variable or argument has a value that is not allowed.
        public static let invalidArgument = Code(.invalidArgument)
        /// The pipeline config does not parse or contradicts itself.
        public static let invalidConfig = Code(.invalidConfig)
        /// A file, folder, column, parameter or feature that must be there is not.
        public static let notFound = Code(.notFound)
        /// An output is there already.
        public static let alreadyExists = Code(.alreadyExists)
        /// A file does not hold what its format promises (truncated, changed, hostile).
        public static let corrupt = Code(.corrupt)
        /// Two things that must agree do not: shapes, types, names.
        public static let mismatch = Code(.mismatch)
        /// An id or index outside its table.
        public static let outOfRange = Code(.outOfRange)
        /// Valid upstream or in the schema, but this build cannot do it.
        public static let unsupported = Code(.unsupported)
        /// The operating system refused a read or a write.
        public static let ioFailure = Code(.ioFailure)
        /// No room left on the device.
        public static let diskFull = Code(.diskFull)
        /// A defect of this program.
        public static let internalFault = Code(.internalFault)

        public var description: String { kind.rawValue }

        /// True when the caller can mend it, false when it is this program's defect.
        public var isUserFault: Bool { kind != .internalFault }

        /// The process exit status (sysexits.h numbers).
        public var exitCode: Int32 {
            switch kind {
            case .invalidArgument: return 64
            case .invalidConfig, .corrupt, .mismatch, .outOfRange: return 65
            case .notFound: return 66
            case .unsupported: return 69
            case .internalFault: return 70
            case .alreadyExists: return 73
            case .ioFailure, .diskFull: return 74
            }
        }
    }
}

/// Runs `body`; a `SlipwayError` it throws gets `entry` as one more line of context.
@inlinable
public func withContext<T>(_ entry: @autoclosure () -> String, _ body: () throws -> T) throws -> T {
    do {
        return try body()
    } catch let error as SlipwayError {
        throw error.adding(entry())
    }
}
