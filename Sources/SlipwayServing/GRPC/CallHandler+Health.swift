import NIOCore
import SlipwayProtocol
import SlipwayScheduling

/// Calls of `Watch`: told what a service's health is, and whenever that changes.
extension CallHandler {
    func watch(_ request: ServerRequest, _ encoding: BodyEncoding, _ context: ChannelHandlerContext) {
        do {
            let name = try service.routes.watchedService(request, encoding)
            call?.watched = (name, nil, SteadyClock.now())
            tellHealth(context)
        } catch { fail(ServerResponse.error(error, id: request.id).failure ?? GRPCStatus(.internalFault), context) }
    }

    /// Tells of a change; does nothing for other calls.
    func tellHealth(_ context: ChannelHandlerContext) {
        guard let watched = call?.watched else { return }
        let health = service.routes.health(of: watched.service)
        let next = SteadyClock.now() &+ UInt64(Call.watchPeriod.nanoseconds)
        call?.watched = (watched.service, health, next)
        if health != watched.told { send(answer: 0, ControlReply.number(health.rawValue), context) }
    }
}
