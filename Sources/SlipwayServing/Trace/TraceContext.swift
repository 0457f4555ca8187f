/// Where a request stands in a trace: W3C's `traceparent`. Numbers until somebody wants them as text.
struct TraceContext: Sendable {
    private let trace: (high: UInt64, low: UInt64)
    private let parent: UInt64?
    private let span: UInt64
    /// What the caller decided; nil where the trace begins here.
    let isSampledByCaller: Bool?

    /// - Parameter header: `version-trace-parent-flags`; anything malformed begins a new trace, as the standard says.
    init(header: String?) {
        span = Self.newID()
        guard let given = header.flatMap(Self.read) else {
            trace = (Self.newID(), Self.newID())
            parent = nil
            isSampledByCaller = nil
            return
        }
        trace = given.trace
        parent = given.parent
        isSampledByCaller = given.flags & 1 == 1
    }

    /// 32 lower-case hex digits.
    var traceID: String { Self.hex(trace.high) + Self.hex(trace.low) }
    /// The caller's span; nil where the trace begins here.
    var parentID: String? { parent.map(Self.hex) }
    /// This request's span: 16 lower-case hex digits.
    var spanID: String { Self.hex(span) }

    /// A number that is the same for all of a trace, at least 0 and less than 1.
    var share: Double { Double(trace.low & (1 << 56 - 1)) / Double(1 << 56) }

    /// The header for whoever is told of this request.
    func header(isSampled: Bool) -> String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }

    /// 16 hex digits for a span of this program.
    static func newSpanID() -> String { hex(newID()) }

    private static func newID() -> UInt64 { .random(in: 1...(.max)) }

    private static func hex(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }

    private static func read(_ header: String) -> (trace: (high: UInt64, low: UInt64), parent: UInt64, flags: UInt64)? {
        let parts = header.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count >= 4, let version = number(parts[0], 2), version != 0xff, version != 0 || parts.count == 4,
            parts[1].count == 32, let high = number(parts[1].prefix(16), 16), let low = number(parts[1].suffix(16), 16),
            let parent = number(parts[2], 16), let flags = number(parts[3], 2), high | low != 0, parent != 0
        else { return nil }
        return ((high, low), parent, flags)
    }

    /// Exactly so many lower-case hex digits.
    private static func number(_ text: Substring.UTF8View, _ digits: Int) -> UInt64? {
        guard text.count == digits,
            text.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        return UInt64(Substring(text), radix: 16)
    }
}
