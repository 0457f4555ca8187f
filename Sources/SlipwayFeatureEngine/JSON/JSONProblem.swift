import Foundation

/// What is wrong with JSON that Foundation refused.
enum JSONProblem {
    /// What and where. The decoder knows keys but no positions, so the serializer, which stops at the same place, is asked for them.
    static func text(_ error: any Error, _ bytes: [UInt8]) -> String {
        guard case DecodingError.dataCorrupted(let context) = error else { return "\(error)" }
        if let problem = position(in: bytes) { return problem }
        let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        return path.isEmpty ? context.debugDescription : "\(context.debugDescription) at \(path)"
    }

    private static func position(in bytes: [UInt8]) -> String? {
        do {
            _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            return nil
        } catch {
            guard let problem = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String else { return nil }
            let halves = problem.components(separatedBy: " around character ")
            guard halves.count == 2, let offset = Int(halves[1].filter(\.isNumber)), offset <= bytes.count else {
                return problem
            }
            let before = bytes[..<offset]
            let line = before.count { $0 == 0x0a } + 1
            let column = offset - (before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0) + 1
            return "line \(line), column \(column): \(halves[0])"
        }
    }
}
