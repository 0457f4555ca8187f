internal import CSlipwayKernels
internal import SlipwayCore

/// Throws where `status` is not OK. What is wrong then is an argument this program made, not the user's input.
@inline(__always)
func check(_ status: Int32, _ kernel: StaticString) throws {
    if status != Int32(SLIPWAY_OK.rawValue) { throw failure(status, kernel) }
}

@inline(never)
private func failure(_ status: Int32, _ kernel: StaticString) -> SlipwayError {
    switch status {
    case Int32(SLIPWAY_BAD_LENGTHS.rawValue):
        return SlipwayError(
            .mismatch, "\(kernel): the lengths are negative or do not add up to the number of values",
            fix: "check that the sequence's lengths and values come from the same batch")
    default:
        return SlipwayError(.internalFault, "\(kernel): a size, stride or option is out of range (status \(status))")
    }
}
