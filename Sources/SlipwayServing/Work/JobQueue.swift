import Metrics
import SlipwayOnline
import SlipwayScheduling

/// The way into the compute pool.
struct JobQueue: Sendable {
    let pool: ComputePool<ScoringJob>
    let metrics: ServingMetrics
    /// Where items come from another machine, the stage in front of the queue.
    var fetch: ItemFetchStage?

    func submit(_ job: ScoringJob) {
        if let fetch, fetch.concerns(job) {
            let queue = JobQueue(pool: pool, metrics: metrics)
            if fetch.submit(job, next: { queue.submit($0) }) { return }
            if let refusal = refusal(.queueFull, job.request, job.model) { job.respond(refusal.response) }
            return
        }
        let verdict = pool.submit(job, cost: job.cost, deadline: job.request.ticket.deadline)
        if let refusal = refusal(verdict, job.request, job.model) { job.respond(refusal.response) }
    }

    /// Refuses a request that could not join the queue now.
    func check(_ request: ServerRequest, _ model: ServedModel, cost: Int) throws(Refusal) {
        if let fetch, model.items?.remote != nil, fetch.isFull, let refusal = refusal(.queueFull, request, model) {
            throw refusal
        }
        let verdict = pool.foresee(cost: cost, deadline: request.ticket.deadline)
        if let refusal = refusal(verdict, request, model) { throw refusal }
    }

    private func refusal(
        _ verdict: AdmissionControl.Verdict, _ request: ServerRequest, _ model: ServedModel
    ) -> Refusal? {
        let refusal: Refusal
        switch verdict {
        case .admit: return nil
        case .queueFull: refusal = Refusal(450, "the queue is full", request)
        case .tooLate: refusal = Refusal(450, "the queue is too long for the request's time", request)
        case .overRate: refusal = Refusal(429, "over the rate limit", request)
        }
        metrics.shed.increment()
        model.metrics.answered(refusal.response.status, nanoseconds: SteadyClock.now() - request.ticket.arrival)
        return refusal
    }
}
