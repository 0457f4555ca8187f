import SlipwayCore
import SlipwayGraph
import SlipwayOnline
import SlipwayProtocol

/// A model's inputs and outputs, as the Open Inference Protocol's metadata list them.
///
/// Raw columns are inputs first, then the model's own; a request uses the ones or the others.
struct ModelDescription {
    enum Kind: String { case raw, encoded }

    static let platform = "slipway"

    let inputs: [(tensor: ControlReply.Tensor, kind: Kind)]
    let outputs: [ControlReply.Tensor]

    init(_ scoring: ScoringModel) {
        let ids = ControlReply.Tensor(name: "item_ids", datatype: "BYTES", shape: [-1])
        let raw = scoring.columns.map { column in
            let rows = column.isUserSide ? 1 : -1
            switch column.form {
            case .text: return ControlReply.Tensor(name: column.name, datatype: "BYTES", shape: [rows])
            case .whole: return ControlReply.Tensor(name: column.name, datatype: "INT64", shape: [rows])
            case .floats(let width):
                return ControlReply.Tensor(
                    name: column.name, datatype: "FP32", shape: width == 1 ? [rows] : [rows, width == 0 ? -1 : width])
            }
        }
        let own = scoring.inputTypes.map { name, type in
            ControlReply.Tensor(
                name: name, datatype: Self.datatype(type.dtype), shape: type.dimensions.map { $0.size ?? -1 })
        }
        inputs = ([ids] + raw).map { ($0, .raw) } + own.map { ($0, .encoded) }
        let made = scoring.outputTypes.map { name, type in
            // Integer outputs are widened in responses.
            ControlReply.Tensor(
                name: name, datatype: type.dtype == .i64 || type.dtype == .i32 ? "INT64" : "FP32",
                shape: type.dimensions.map { $0.size ?? -1 })
        }
        let recalled =
            scoring.index == nil && scoring.tree == nil
            ? []
            : [
                ControlReply.Tensor(name: Retrieved.scoresName, datatype: "FP32", shape: [-1]),
                ControlReply.Tensor(name: Retrieved.idsName, datatype: "BYTES", shape: [-1]),
            ]
        outputs = recalled + made
    }

    private static func datatype(_ dtype: DType) -> String {
        switch dtype {
        case .i64: return "INT64"
        case .i32: return "INT32"
        default: return "FP32"
        }
    }
}
