import CPeak

/// The least CPU seconds one call of `body` takes, over several rounds of about 20 ms.
func leastSeconds(_ body: () throws -> Void) rethrows -> Double {
    var calls = 1
    var best = Double.infinity
    var rounds = 0
    while rounds < 12 {
        let start = peak_seconds()
        for _ in 0..<calls { try body() }
        let spent = peak_seconds() - start
        if spent < 0.02 && calls < 1 << 24 {
            calls *= spent < 0.002 ? 8 : 2
            continue
        }
        best = min(best, spent / Double(calls))
        rounds += 1
    }
    return best
}

/// GFLOP/s of this core's fused multiply-add on `lanes` float32.
func peakGFLOPS(lanes: Int) -> Double {
    var best = 0.0
    for _ in 0..<10 {
        let start = peak_seconds()
        let operations = peak_run(Int32(lanes), 2_000_000)
        best = max(best, operations / (peak_seconds() - start) * 1e-9)
    }
    return best
}

func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}

func fixed(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int((value * scale).rounded())
    if digits == 0 { return "\(scaled)" }
    let fraction = "\(scaled % Int(scale))"
    return "\(scaled / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
}
