/// Arithmetic on sizes that come from a file: nil instead of a trap when the result does not fit.
enum CheckedSize {
    static func product(_ sizes: some Sequence<Int>) -> Int? {
        var result = 1
        for size in sizes {
            let (next, overflow) = result.multipliedReportingOverflow(by: size)
            if overflow { return nil }
            result = next
        }
        return result
    }

    static func sum(_ sizes: some Sequence<Int>) -> Int? {
        var result = 0
        for size in sizes {
            let (next, overflow) = result.addingReportingOverflow(size)
            if overflow { return nil }
            result = next
        }
        return result
    }
}
