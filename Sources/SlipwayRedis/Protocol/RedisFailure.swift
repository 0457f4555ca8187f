/// Why a command has no reply.
package enum RedisFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The server cannot be reached; why.
    case unreachable(String)
    case timeout
    /// The server ended the connection.
    case closed
    /// What came is not Redis' protocol.
    case malformed(String)
    /// Password, user or database were refused; the word the server said.
    case denied(String)
    /// The server is there and cannot answer: it loads its data, its cluster is down, …
    case unavailable(String)
    /// The breaker is open: the server failed often and is left alone for now.
    case breakerOpen

    /// Constant text, for metrics.
    package var label: String {
        switch self {
        case .unreachable: return "unreachable"
        case .timeout: return "timeout"
        case .closed: return "closed"
        case .malformed: return "malformed"
        case .denied: return "denied"
        case .unavailable: return "unavailable"
        case .breakerOpen: return "breaker"
        }
    }

    package var description: String {
        switch self {
        case .unreachable(let reason): return "Redis cannot be reached: \(reason)"
        case .timeout: return "Redis did not answer in time"
        case .closed: return "Redis ended the connection"
        case .malformed(let reason): return "what Redis sent cannot be read: \(reason)"
        case .denied(let word): return "Redis refuses user, password or database: \(word)"
        case .unavailable(let reason): return "Redis cannot answer: \(reason)"
        case .breakerOpen: return "Redis failed often and is left alone for now"
        }
    }
}
