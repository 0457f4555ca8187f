import Dispatch
public import SlipwayCore
import SlipwayGraph
import Synchronization

/// A predictor for callers that bring no memory of their own: one request runs on the caller's thread, a large batch is
/// scored in pieces on several threads. Results do not depend on the pieces.
///
/// Immutable but for a list of scratches that are not in use, which is locked for as long as one is taken or given back,
/// never while anything is scored.
public final class ParallelPredictor: Sendable {
    public let predictor: Predictor
    /// Threads that one batch may use.
    public let threads: Int
    /// Rows below which a piece is not worth a thread.
    public let smallestPiece: Int
    private let idle = Mutex<[Worker]>([])
    /// Whether rows of the outputs are rows of the batch, so that those of pieces are put one behind the other.
    private let canSplit: Bool

    /// One piece's memory; used by one thread at a time.
    private final class Worker: @unchecked Sendable {
        let scratch: PredictorScratch
        var outputs = PredictorOutputs()

        init(_ predictor: Predictor) { scratch = PredictorScratch(for: predictor) }
    }

    /// - Parameter threads: by default what the process's control group allows.
    public init(_ predictor: Predictor, threads: Int = ProcessorShare.current.threads, smallestPiece: Int = 64) {
        self.predictor = predictor
        self.threads = max(threads, 1)
        self.smallestPiece = max(smallestPiece, 1)
        canSplit = predictor.graph.outputs.allSatisfy {
            predictor.graph.type($0.value).dimensions.first == .batch
        }
    }

    /// The pieces that a batch of `rows` is scored in, where `limit` threads are to be had.
    public func pieces(of rows: Int, threads limit: Int? = nil) -> Int {
        canSplit ? max(1, min(limit ?? threads, rows / smallestPiece)) : 1
    }

    /// Scores one batch. Throws as `Predictor.run`; where several pieces fail, the first one's error.
    ///
    /// - Parameter limit: threads this batch may use; `threads` when nil.
    public func run(_ inputs: InputBatch, threads limit: Int? = nil) throws -> PredictorOutputs {
        let count = pieces(of: inputs.rowCount, threads: limit)
        guard count > 1 else {
            return try withWorker { worker in
                try predictor.run(inputs, scratch: worker.scratch, into: &worker.outputs)
                return worker.outputs
            }
        }
        let pieces = BatchPieces(predictor.graph, inputs)
        let batches = try (0..<count).map { index in
            try pieces.piece(inputs.rowCount * index / count..<inputs.rowCount * (index + 1) / count)
        }
        let results = Mutex<[Int: Result<PredictorOutputs, any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let result = Result {
                try withContext("in a piece whose row 0 is row \(inputs.rowCount * index / count) of the batch") {
                    try withWorker { worker in
                        try predictor.run(batches[index], scratch: worker.scratch, into: &worker.outputs)
                        return worker.outputs
                    }
                }
            }
            results.withLock { $0[index] = result }
        }
        var outputs: PredictorOutputs?
        for index in 0..<count {
            guard let piece = try results.withLock({ $0[index] })?.get() else {
                throw SlipwayError(.internalFault, "a piece of the batch was not scored")
            }
            if outputs == nil { outputs = piece } else { outputs?.append(piece) }
        }
        return outputs ?? PredictorOutputs()
    }

    private func withWorker<T>(_ body: (Worker) throws -> T) rethrows -> T {
        let worker = idle.withLock { $0.popLast() } ?? Worker(predictor)
        defer { idle.withLock { $0.append(worker) } }
        return try body(worker)
    }
}
