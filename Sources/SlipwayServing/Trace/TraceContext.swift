/// Where a request stands in a trace: W3C's `traceparent`.
struct TraceContext: Sendable, Hashable {
    /// 32 lower-case hex digits.
    let traceID: String
    /// The caller's span; nil where the trace begins here.
    let parentID: String?
    /// This request's span: 16 lower-case hex digits.
    let spanID: String
    /// What the caller decided; nil where the trace begins here.
    let isSampledByCaller: Bool?

    /// - Parameter header: `version-trace-parent-flags`; anything malformed begins a new trace, as the standard says.
    init(header: String?) {
        spanID = Self.random(1)
        let parts = header?.split(separator: "-", omittingEmptySubsequences: false).map(String.init) ?? []
        guard parts.count >= 4, Self.isHex(parts[0], 2), parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            Self.isHex(parts[1], 32), Self.isHex(parts[2], 16), Self.isHex(parts[3], 2),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
        else {
            traceID = Self.random(2)
            parentID = nil
            isSampledByCaller = nil
            return
        }
        traceID = parts[1]
        parentID = parts[2]
        isSampledByCaller = (UInt8(parts[3], radix: 16) ?? 0) & 1 == 1
    }

    /// The header for whoever is told of this request.
    func header(isSampled: Bool) -> String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }

    private static func isHex(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    static func random(_ words: Int) -> String {
        (0..<words).map { _ in
            let text = String(UInt64.random(in: 1...(.max)), radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
    }
}
