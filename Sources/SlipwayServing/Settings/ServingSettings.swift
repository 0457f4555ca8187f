package import SlipwayOnline

/// Everything `slipway serve` can be told, with what holds where nothing is said.
package struct ServingSettings: Sendable {
    /// A model and the package it is served from.
    package struct Model: Sendable, Equatable {
        package var name: String
        package var path: String

        package init(name: String, path: String) {
            self.name = name
            self.path = path
        }
    }

    package var models: [Model] = []
    /// The service that an EAS JSON names.
    var easService: String?
    /// Folder whose packages may be loaded by name.
    package var repository: String?

    // Ports
    package var host = "0.0.0.0"
    package var port = 8080
    package var adminHost = "127.0.0.1"
    /// Nil for no admin port; 0 for any.
    package var adminPort: Int?
    /// Nil for no gRPC; 0 for any port.
    package var grpcPort: Int?
    /// Nil for no gRPC on an admin port; 0 for any.
    package var grpcAdminPort: Int?
    /// Calls of one gRPC connection that may be under way.
    package var grpcMaxStreams = 256
    package var tokens: [String] = []
    package var adminTokens: [String] = []
    package var tlsCertificate: String?
    package var tlsKey: String?
    package var tlsClientCA: String?

    // Work
    /// Nil for as many as the control group has processors.
    package var workers: Int?
    package var ioThreads = 1
    /// Threads that may share the feature generation of one request; nil for all that are idle.
    package var featureThreads: Int?
    package var queueSize = 64
    package var requestTimeoutMs = 5000
    package var rateLimit: Int?
    /// Bytes of request beyond which it is a large one, which queues apart and is not merged.
    package var largeRequestBytes = 32 << 10
    /// Bytes of requests that run together, at most; 0 for one at a time.
    package var mergedBytes = 48 << 10
    package var decompressor: String?
    package var checksMD5 = false
    package var maxBodyBytes = 16 << 20
    package var maxDecompressedBytes = 64 << 20
    package var maxConnections = 8192
    package var receiveTimeoutMs = 10_000
    package var sendTimeoutMs = 30_000
    package var idleTimeoutMs = 660_000
    package var drainTimeoutMs = 30_000

    // Model
    package var scoring = ScoringOptions()
    package var reloadSeconds = 5
    /// Nil for the control group's limit.
    package var memoryLimitMB: Int?

    // Item features
    package var items: String?
    package var itemTable: String?
    package var itemKey = "item_id"
    package var itemCacheMB = 4096
    package var itemReloadSeconds = 30
    package var redis = RedisSettings()

    // Warm-up and logs
    package var warmupPath: String?
    package var warmupCountPerFile = 20
    package var warmupRecordCount = 64
    package var requestLogPath: String?
    package var requestLogSample = 1.0
    package var requestLogMB = 1024
    package var logsFeatures = false
    package var slowRequestMs = 200
    package var savesSlowRequests = false
    package var requestSavePath: String?
    package var logLevel = "info"

    // Tracing
    package var traceEndpoint: String?
    package var traceRatio = 0.01

    package init() {}
}
