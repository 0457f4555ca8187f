internal import CSlipwayArrow
internal import SlipwayCore

/// Calls a function of the C face; throws what it reports, with `context` saying where.
func callArrow(
    _ context: @autoclosure () -> String, _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32
) throws {
    var text: UnsafeMutablePointer<CChar>?
    let status = body(&text)
    guard status != SLW_OK.rawValue.asStatus else { return }
    // Arrow's texts may end in a line break or have one in them.
    let message =
        text.map { String(cString: $0).split(whereSeparator: \.isNewline).joined(separator: " ") }
        ?? "failure without a text"
    slw_free_text(text)
    throw SlipwayError(code(of: status), "\(context()): \(message)", fix: fix(for: status))
}

private func code(of status: Int32) -> SlipwayError.Code {
    switch slw_code(rawValue: slw_code.RawValue(bitPattern: status)) {
    case SLW_CORRUPT: return .corrupt
    case SLW_NOT_FOUND: return .notFound
    case SLW_MISMATCH: return .mismatch
    case SLW_OUT_OF_RANGE: return .outOfRange
    case SLW_UNSUPPORTED: return .unsupported
    case SLW_IO: return .ioFailure
    case SLW_DISK_FULL: return .diskFull
    case SLW_INVALID: return .invalidArgument
    default: return .internalFault
    }
}

private func fix(for status: Int32) -> String? {
    switch slw_code(rawValue: slw_code.RawValue(bitPattern: status)) {
    case SLW_DISK_FULL: return "free space on the device or choose another output path"
    case SLW_OUT_OF_RANGE: return "use a smaller batch size"
    case SLW_CORRUPT: return "write the file again, or leave it out of the input"
    default: return nil
    }
}

extension slw_code.RawValue {
    fileprivate var asStatus: Int32 { Int32(truncatingIfNeeded: self) }
}
