import Foundation
import SlipwayCore

/// The metrics of each evaluated step, from `train_eval_result_v2.txt`: one JSON object a line.
struct EvalResults {
    static let fileName = "train_eval_result_v2.txt"

    struct Line {
        let number: Int
        let step: Int
        /// Every field but `global_step`; nil for one that is not a number.
        let metrics: [String: Double?]
    }

    let path: String
    let lines: [Line]

    /// Reads the file; nil when there is none. Throws `corrupt` naming the line.
    init?(modelDir: String) throws {
        path = CheckpointPath.join(modelDir, Self.fileName)
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue else {
            return nil
        }
        let path = path
        lines = try MappedFile.withBytes(of: path) { try Self.lines($0, path: path) }
    }

    private static func lines(_ bytes: UnsafeRawBufferPointer, path: String) throws -> [Line] {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        var lines: [Line] = []
        for (index, text) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard text.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
            guard let fields = try? decoder.decode([String: Field].self, from: Data(text)) else {
                throw SlipwayError(
                    .corrupt, "\(path), line \(index + 1): not a JSON object",
                    fix: "remove the line, or set checkpoint_path")
            }
            guard case .number(let value)? = fields["global_step"], let step = Int(exactly: value), step >= 0 else {
                throw SlipwayError(
                    .corrupt, "\(path), line \(index + 1): no whole number global_step",
                    fix: "remove the line, or set checkpoint_path")
            }
            var metrics: [String: Double?] = [:]
            for (name, field) in fields where name != "global_step" {
                if case .number(let value) = field {
                    metrics[name] = value
                } else {
                    metrics.updateValue(nil, forKey: name)
                }
            }
            lines.append(Line(number: index + 1, step: step, metrics: metrics))
        }
        return lines
    }

    private enum Field: Decodable {
        case number(Double)
        case other

        init(from decoder: any Decoder) throws {
            guard let value = try? decoder.singleValueContainer().decode(Double.self) else {
                self = .other
                return
            }
            self = .number(value)
        }
    }
}
