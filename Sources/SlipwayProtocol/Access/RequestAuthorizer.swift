import Crypto
import Foundation

/// Who may call: a bare token, `Bearer` with one, or the signature of EAS's clients, for any of several tokens.
///
/// Dates are not checked: two SDKs write local time and call it GMT.
package struct RequestAuthorizer: Sendable {
    /// Headers that are signed, as received; empty where the request has none.
    package struct SignedParts {
        package var method: String
        package var contentMD5: String
        package var contentType: String
        package var date: String
        /// Path and query as received.
        package var path: String

        package init(method: String, contentMD5: String, contentType: String, date: String, path: String) {
            self.method = method
            self.contentMD5 = contentMD5
            self.contentType = contentType
            self.date = date
            self.path = path
        }

        fileprivate var text: String { "\(method)\n\(contentMD5)\n\(contentType)\n\(date)\n\(path)" }
    }

    private let tokens: [[UInt8]]

    /// - Parameter tokens: without any, everybody may call.
    package init(tokens: [String]) { self.tokens = tokens.filter { !$0.isEmpty }.map { Array($0.utf8) } }

    package var isOpen: Bool { tokens.isEmpty }

    /// Whether `authorization` is one of the tokens or signs `parts` with one. Takes the same time for every wrong value
    /// of one length.
    package func allows(_ authorization: String?, _ parts: @autoclosure () -> SignedParts) -> Bool {
        if isOpen { return true }
        guard let authorization else { return false }
        let words = authorization.split(separator: " ", maxSplits: 1).map(String.init)
        if words.count == 2, words[0] == "EAS" {
            guard let given = Data(base64Encoded: words[1].trimmingCharacters(in: .whitespaces)) else { return false }
            // The Python client strips the text before it signs.
            let text = parts().text.trimmingCharacters(in: .whitespacesAndNewlines)
            return tokens.reduce(false) { found, token in
                let own = HMAC<Insecure.SHA1>.authenticationCode(
                    for: Data(text.utf8), using: SymmetricKey(data: token))
                return Self.isEqual(Array(given), Array(own)) || found
            }
        }
        let bare = words.count == 2 && words[0].lowercased() == "bearer" ? words[1] : authorization
        let given = Array(bare.trimmingCharacters(in: .whitespaces).utf8)
        return tokens.reduce(false) { Self.isEqual(given, $1) || $0 }
    }

    /// Whether `header` is the MD5 of `body` in hex. Compared as a number: a client drops leading zeros.
    package static func isMD5(_ header: String, of body: UnsafeRawBufferPointer) -> Bool {
        let own = Insecure.MD5.hash(data: body).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        func significant(_ text: some StringProtocol) -> String { String(text.lowercased().drop { $0 == "0" }) }
        return significant(header) == significant(own)
    }

    private static func isEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        guard first.count == second.count else { return false }
        return zip(first, second).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
