import SlipwayCore
import SlipwayServing
import SlipwayTestSupport
import Testing

/// A model that scores a list of candidates in each row, against TorchEasyRec's predictions.
struct CandidateListTests {
    private static let name = "dlrm_hstu"
    private static let candidateColumns = ["cand_seq__video_id", "cand_seq__query_time"]
    private static let userColumns = [
        "user_id", "active", "uih_seq__video_id", "uih_seq__action_timestamp", "uih_seq__action_weight",
        "uih_seq__watch_time",
    ]

    /// How the candidates' values stand in the request.
    private enum Form: CaseIterable {
        case contextColumn, itemColumn, contextList, userList
    }

    private func request(_ rows: ColumnBatch, _ row: Int, _ form: Form) throws -> [UInt8] {
        var request = RequestBytes()
        for name in Self.userColumns { request.user(name, .init(try #require(rows[name]), row)) }
        for name in Self.candidateColumns {
            let list = RequestBytes.Value(try #require(rows[name]), row)
            guard case .ints(let values) = list else { throw WrongColumn(name: name) }
            switch form {
            case .contextColumn: request.context(name, values.map { .int($0) })
            case .itemColumn: request.item(name, values.map { .int($0) })
            case .contextList: request.context(name, [list])
            case .userList: request.user(name, list)
            }
            if name == Self.candidateColumns[0] { request.ids(values.map { "\($0)" }) }
        }
        return request.bytes
    }

    private struct WrongColumn: Error { let name: String }

    @Test(.enabled(if: Golden.has([name]), "the golden cases are not beside the checkout"))
    func candidatesMayBeColumnsOrLists() throws {
        let folder = try TemporaryFolder()
        try Golden.export(
            Self.name, to: folder.path("m"), additional: "{\"cand_seq_pk\": \"cand_seq\"}",
            environment: ["QUANT_EMB": "0"])
        let server = try TestServer(["m=\(folder.path("m"))"])
        try server.server.load()
        let count = 40
        let rows = try Golden.rows(Self.name, "data/eval.parquet", count)
        let expected = try Golden.rows(Self.name, "pred_q0.parquet", count)
        let outputs = expected.names.filter { $0 != "row_id" }
        #expect(outputs.count == 5)
        let connection = try server.connect()
        var lengths: Set<Int> = []
        for row in 0..<count {
            let form = Form.allCases[row % Form.allCases.count]
            let answer = try connection.ask("POST", "/api/predict/m", body: try request(rows, row, form))
            #expect(answer.status == 200, "\(answer.text)")
            let response = try #require(ResponseFields(answer.body))
            for name in outputs {
                guard case .floats(let theirs) = RequestBytes.Value(try #require(expected[name]), row) else {
                    throw WrongColumn(name: name)
                }
                let ours = try #require(response.outputs[name])
                #expect(ours.shape == [theirs.count], "row \(row), \(form)")
                let gap = zip(ours.floats, theirs).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 1
                #expect(gap <= 1e-5, "row \(row), \(form), \(name): \(gap)")
                lengths.insert(theirs.count)
            }
            #expect(response.itemIDs.count == response.outputs[outputs[0]]?.shape.first)
        }
        // A single candidate among them, and several.
        #expect(lengths.contains(1) && lengths.count > 3, "\(lengths)")
    }
}
