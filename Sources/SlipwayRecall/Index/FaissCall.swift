internal import CSlipwayFaiss
internal import SlipwayCore

/// Calls a function of the C face; throws what it reports, with `context` saying where.
func callFaiss(
    _ context: @autoclosure () -> String, _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32
) throws {
    var text: UnsafeMutablePointer<CChar>?
    let status = slf_code(UInt32(bitPattern: body(&text)))
    guard status != SLF_OK else { return }
    // faiss says where in its own source; what comes after the last line break or "failed: " is for the reader.
    let message = text.map { String(cString: $0).split(whereSeparator: \.isNewline).joined(separator: " ") }
    slf_free_text(text)
    let code: SlipwayError.Code
    switch status {
    case SLF_CORRUPT: code = .corrupt
    case SLF_UNSUPPORTED: code = .unsupported
    case SLF_INVALID: code = .invalidArgument
    case SLF_IO: code = .ioFailure
    case SLF_DISK_FULL: code = .diskFull
    default: code = .internalFault
    }
    throw SlipwayError(
        code, "\(context()): \(message ?? "failure without a text")",
        fix: status == SLF_DISK_FULL ? "free space on the device or choose another folder" : nil)
}
