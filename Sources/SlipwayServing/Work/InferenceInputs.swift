import SlipwayCore
import SlipwayOnline
import SlipwayProtocol

/// Between tensors of the Open Inference Protocol and a session: raw rows by column name, or the model's own inputs.
enum InferenceInputs {
    static func prepare(
        _ inference: InferenceRequest, _ session: ScoringSession, items: ItemTable?, into scored: ScoredRequest
    ) throws {
        defer { scored.neighbourCount = inference.neighbourCount }
        let slots = Set(session.model.slots.map(\.name))
        if inference.inputs.contains(where: { slots.contains($0.name) }) {
            try session.prepare(into: scored) { try fill(&$0, inference, session.model) }
            return
        }
        var columns: [(name: String, column: Column)] = []
        var ids: [String] = []
        for tensor in inference.inputs {
            if tensor.name == "item_ids" {
                guard case .texts(let texts) = tensor.elements else { throw wrongType(tensor, "BYTES") }
                ids = texts
            } else {
                columns.append((tensor.name, try column(tensor, rowsAtMost: session.model.options.maxCandidates)))
            }
        }
        try session.prepare(columns: columns, itemIDs: ids, items: items, into: scored)
    }

    private static func wrongType(_ tensor: InferenceTensor, _ expected: String) -> SlipwayError {
        SlipwayError(
            .mismatch, "input \(tensor.name) has the datatype \(tensor.datatype)", fix: "send it as \(expected)")
    }

    /// A row a first index; more indices make lists.
    private static func column(_ tensor: InferenceTensor, rowsAtMost limit: Int) throws -> Column {
        if let rows = tensor.shape.first, rows > limit {
            throw SlipwayError(
                .outOfRange, "input \(tensor.name) has \(rows) rows, \(limit) are allowed",
                fix: "split the request, or raise max_candidates")
        }
        let flat: Column
        switch tensor.elements {
        case .ints(let values): flat = .of(values)
        case .floats(let values): flat = tensor.datatype == "FP64" ? .of(values) : .of(values.map(Float.init))
        case .texts(let values): flat = .string(values)
        }
        var column = flat
        var sizes = tensor.shape
        while sizes.count > 1 {
            let width = sizes.removeLast()
            if width == 1, sizes.count == 1 { break }
            guard width > 0 else { return .list(lengths: Array(repeating: 0, count: sizes[0]), child: flat) }
            column = .list(width: width, child: column)
        }
        return column
    }

    /// Fills the model's inputs. Gives the number of candidates.
    private static func fill(
        _ batch: inout InputBatch, _ inference: InferenceRequest, _ model: ScoringModel
    ) throws -> Int {
        let read = Set(model.inputTypes.map(\.name))
        let tensors = Dictionary(inference.inputs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var rows: Int?
        for (index, slot) in batch.slots.enumerated() {
            guard let tensor = tensors[slot.name] else {
                // What generation makes and the model does not read may be left out.
                guard read.contains(slot.name) else { continue }
                throw SlipwayError(
                    .notFound, "input \(slot.name) is missing", fix: "the model's metadata lists its inputs")
            }
            try set(&batch.buffers[index], slot, tensor)
            if slot.name == "batch_size" {
                rows = batch.buffers[index].int32.reduce(0) { $0 + Int(max($1, 0)) }
            } else if rows == nil, !model.isTiled {
                if slot.name.hasSuffix(".lengths") {
                    rows = batch.buffers[index].int32.count
                } else if slot.element == .float,
                    tensors[String(slot.name.dropLast(".values".count)) + ".lengths"] == nil
                {
                    rows = batch.buffers[index].float.count / max(slot.width, 1)
                }
            }
        }
        return rows ?? 0
    }

    private static func set(_ buffer: inout InputBatch.Buffer, _ slot: InputSlot, _ tensor: InferenceTensor) throws {
        switch (slot.element, tensor.elements) {
        case (.int64, .ints(let values)): buffer.int64 = values
        case (.int32, .ints(let values)):
            buffer.int32 = try values.map {
                guard let value = Int32(exactly: $0) else {
                    throw SlipwayError(.outOfRange, "input \(slot.name) holds \($0), which is no INT32")
                }
                return value
            }
        case (.float, .floats(let values)): buffer.float = values.map(Float.init)
        case (.float, .ints(let values)): buffer.float = values.map(Float.init)
        case (.int64, _): throw wrongType(tensor, "INT64")
        case (.int32, _): throw wrongType(tensor, "INT32")
        case (.float, _): throw wrongType(tensor, "FP32")
        }
    }

    static func reply(
        _ inference: InferenceRequest, _ scored: ScoredRequest, _ model: ServedModel, to kind: ScoringJob.Kind
    ) -> ServerResponse {
        var outputs: [(tensor: ResponseTensor, isBinary: Bool)] = []
        if let wanted = inference.outputs {
            for output in wanted {
                guard let tensor = scored.outputs.first(where: { $0.name == output.name }) else {
                    let names = scored.outputs.map(\.name).joined(separator: ", ")
                    return .error(
                        400, "there is no output called \(String(output.name.prefix(100))); the outputs are \(names)",
                        id: "")
                }
                outputs.append((tensor, output.isBinary))
            }
        } else {
            outputs = scored.outputs.map { ($0, inference.isBinaryByDefault) }
        }
        let reply = InferenceReply(
            modelName: model.name, modelVersion: model.version, id: inference.id, outputs: outputs)
        if case .call = kind {
            return ServerResponse(
                contentType: "application/grpc", body: reply.message(marksFinal: inference.marksFinal))
        }
        let (body, headerLength) = reply.encoded()
        var response = ServerResponse(
            contentType: headerLength == nil ? "application/json" : "application/octet-stream", body: body)
        if let headerLength { response.headers.append(("Inference-Header-Content-Length", "\(headerLength)")) }
        return response
    }
}
