/// `manifest.json`: what a package is and what it holds.
///
/// Keys are in snake case and unknown ones are ignored, so that a later version may add some; a change of meaning
/// raises `formatVersion`.
public struct PackageManifest: Codable, Sendable, Equatable {
    public static let currentFormatVersion = 1

    public internal(set) var formatVersion = Self.currentFormatVersion
    /// Version of the program that wrote the package.
    public var slipwayVersion: String
    /// ISO 8601 in UTC. Given by the caller, so that equal inputs give equal packages.
    public var createdAt: String
    /// The model's name in the pipeline config, such as `deepfm`.
    public var modelKind: String
    /// Which part of the model this is: `model` for a whole one, else `user`, `item`, ….
    public var part: String
    public var provenance: Provenance
    /// The pairs of `model_acc.json`.
    public var acceleration: [String: String]
    /// Stored type by kind of table, such as `embedding_bag: q8`.
    public var quantization: [String: String]
    /// How the weights of layers are stored: `bf16` or `int8`; nil as float32.
    public var densePrecision: String?
    public var tables: [Table]
    public var inputs: [Port]
    public var outputs: [Port]
    /// Every file but the manifest, in path order. Filled in by `PackageWriter`.
    public internal(set) var files: [File] = []
    /// Notes and warnings of the export, for people.
    public var notes: [String]

    public init(
        slipwayVersion: String, createdAt: String, modelKind: String, part: String = "model", provenance: Provenance,
        acceleration: [String: String] = [:], quantization: [String: String] = [:], densePrecision: String? = nil,
        tables: [Table] = [],
        inputs: [Port] = [], outputs: [Port] = [], notes: [String] = []
    ) {
        self.slipwayVersion = slipwayVersion
        self.createdAt = createdAt
        self.modelKind = modelKind
        self.part = part
        self.provenance = provenance
        self.acceleration = acceleration
        self.quantization = quantization
        self.densePrecision = densePrecision
        self.tables = tables
        self.inputs = inputs
        self.outputs = outputs
        self.notes = notes
    }

    enum CodingKeys: String, CodingKey {
        case formatVersion = "format_version"
        case slipwayVersion = "slipway_version"
        case createdAt = "created_at"
        case densePrecision = "dense_precision"
        case modelKind = "model_kind"
        case part, provenance, acceleration, quantization, tables, inputs, outputs, files, notes
    }
}

extension PackageManifest {
    /// What the model was made from.
    public struct Provenance: Codable, Sendable, Equatable {
        /// The checkpoint's path as it was given.
        public var checkpoint: String
        /// The training step, where the checkpoint's name tells it.
        public var step: Int?
        /// SHA-256 of the pipeline config's text as read, in hex.
        public var configSHA256: String

        public init(checkpoint: String, step: Int?, configSHA256: String) {
            self.checkpoint = checkpoint
            self.step = step
            self.configSHA256 = configSHA256
        }

        enum CodingKeys: String, CodingKey {
            case checkpoint, step
            case configSHA256 = "config_sha256"
        }
    }

    /// One embedding table: N rows of width D.
    public struct Table: Codable, Sendable, Equatable {
        /// The graph's parameter name.
        public var name: String
        public var rows: Int
        public var width: Int
        /// A `DType`: f32, f16, bf16, q8, q4 or q2.
        public var dtype: String
        /// Bytes from one row to the next.
        public var rowBytes: Int
        public var bytes: Int

        public init(name: String, rows: Int, width: Int, dtype: String, rowBytes: Int, bytes: Int) {
            self.name = name
            self.rows = rows
            self.width = width
            self.dtype = dtype
            self.rowBytes = rowBytes
            self.bytes = bytes
        }

        enum CodingKeys: String, CodingKey {
            case name, rows, width, dtype, bytes
            case rowBytes = "row_bytes"
        }
    }

    /// One file of the package.
    public struct File: Codable, Sendable, Equatable {
        /// Relative to the package, parts separated by `/`.
        public var path: String
        public var bytes: Int
        /// In hex.
        public var sha256: String

        public init(path: String, bytes: Int, sha256: String) {
            self.path = path
            self.bytes = bytes
            self.sha256 = sha256
        }
    }
}
