/// What can be called over gRPC: the Open Inference Protocol with Triton's extensions, and gRPC's own health service.
///
/// Source: `open_inference_grpc.proto` of the Open Inference Protocol, `grpc_service.proto` of Triton, `health.proto` of gRPC.
package enum GRPCMethod: String, Sendable, CaseIterable {
    case serverLive = "ServerLive"
    case serverReady = "ServerReady"
    case modelReady = "ModelReady"
    case serverMetadata = "ServerMetadata"
    case modelMetadata = "ModelMetadata"
    case modelInfer = "ModelInfer"
    case modelStreamInfer = "ModelStreamInfer"
    case modelStatistics = "ModelStatistics"
    case repositoryIndex = "RepositoryIndex"
    case repositoryModelLoad = "RepositoryModelLoad"
    case repositoryModelUnload = "RepositoryModelUnload"
    case healthCheck = "Check"
    case healthWatch = "Watch"

    /// How many messages a call has.
    package enum Shape: Sendable, Equatable {
        /// One there, one back.
        case single
        /// One there, any number back.
        case watched
        /// Any number there, and one back for each.
        case stream
    }

    package static let inferenceService = "inference.GRPCInferenceService"
    package static let healthService = "grpc.health.v1.Health"

    private static let byPath = Dictionary(uniqueKeysWithValues: allCases.map { ($0.path, $0) })

    /// Nil for a path that nothing answers to.
    package init?(path: String) {
        guard let found = Self.byPath[path] else { return nil }
        self = found
    }

    package var path: String {
        let isHealth = self == .healthCheck || self == .healthWatch
        return "/\(isHealth ? Self.healthService : Self.inferenceService)/\(rawValue)"
    }

    package var shape: Shape {
        switch self {
        case .modelStreamInfer: return .stream
        case .healthWatch: return .watched
        default: return .single
        }
    }

    /// Whether its messages are tensors, which may be long.
    package var isInference: Bool { self == .modelInfer || self == .modelStreamInfer }

    /// Whether probes ask for it, which have no tokens.
    package var isOpenToAll: Bool {
        switch self {
        case .serverLive, .serverReady, .healthCheck, .healthWatch: return true
        default: return false
        }
    }
}
