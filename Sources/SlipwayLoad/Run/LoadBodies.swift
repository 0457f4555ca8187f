package import NIOCore
import SlipwayCore

/// The requests that a run sends in turn, made ahead: making them must not make it late.
package enum LoadBodies {
    /// Memory for them at most.
    private static let mostBytes = 512 << 20

    /// - Parameters:
    ///   - count: of different requests wanted.
    ///   - make: number `index`.
    /// - Throws: `outOfRange` where not even one fits.
    package static func make(count: Int, _ make: (Int) -> [UInt8]) throws -> [ByteBuffer] {
        var bodies: [ByteBuffer] = []
        var bytes = 0
        for index in 0..<max(count, 1) {
            let body = make(index)
            bytes += body.count
            guard bytes <= mostBytes else { break }
            bodies.append(ByteBuffer(bytes: body))
        }
        guard !bodies.isEmpty else {
            throw SlipwayError(.outOfRange, "a request of over 512 MB cannot be sent", fix: "ask for fewer candidates")
        }
        return bodies
    }
}
