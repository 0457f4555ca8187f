/// The kind of a model: the member of `model_config`'s oneof that is set, under its name in the config.
public struct ModelKind: Hashable, Sendable, CustomStringConvertible {
    /// `multi_tower`, `deepfm`, …
    public let name: String

    public var description: String { name }

    private init(_ name: String) { self.name = name }

    /// The kind with this name in the config; nil for any other text.
    public init?(name: String) {
        guard Self.all.contains(where: { $0.name == name }) else { return nil }
        self.name = name
    }

    /// The kind of the model in the config; nil when none is set.
    public init?(of config: TzrecModelConfig) {
        switch config.model {
        case .dlrm: self = .dlrm
        case .deepfm: self = .deepfm
        case .multiTower: self = .multiTower
        case .multiTowerDin: self = .multiTowerDIN
        case .maskNet: self = .maskNet
        case .wideAndDeep: self = .wideAndDeep
        case .dcnV1: self = .dcnV1
        case .dcnV2: self = .dcnV2
        case .xdeepfm: self = .xdeepfm
        case .wukong: self = .wukong
        case .simpleMultiTask: self = .simpleMultiTask
        case .mmoe: self = .mmoe
        case .dbmtl: self = .dbmtl
        case .ple: self = .ple
        case .dc2Vr: self = .dc2vr
        case .dlrmHstu: self = .dlrmHSTU
        case .pepnet: self = .pepnet
        case .ultraHstu: self = .ultraHSTU
        case .dssm: self = .dssm
        case .dssmV2: self = .dssmV2
        case .dat: self = .dat
        case .hstuMatch: self = .hstuMatch
        case .mind: self = .mind
        case .tdm: self = .tdm
        case .rocketLaunching: self = .rocketLaunching
        case .sidRqvae: self = .sidRqvae
        case .sidRqkmeans: self = .sidRqkmeans
        case nil: return nil
        }
    }

    public static let dlrm = ModelKind("dlrm")
    public static let deepfm = ModelKind("deepfm")
    public static let multiTower = ModelKind("multi_tower")
    public static let multiTowerDIN = ModelKind("multi_tower_din")
    public static let maskNet = ModelKind("mask_net")
    public static let wideAndDeep = ModelKind("wide_and_deep")
    public static let dcnV1 = ModelKind("dcn_v1")
    public static let dcnV2 = ModelKind("dcn_v2")
    public static let xdeepfm = ModelKind("xdeepfm")
    public static let wukong = ModelKind("wukong")
    public static let simpleMultiTask = ModelKind("simple_multi_task")
    public static let mmoe = ModelKind("mmoe")
    public static let dbmtl = ModelKind("dbmtl")
    public static let ple = ModelKind("ple")
    public static let dc2vr = ModelKind("dc2vr")
    public static let dlrmHSTU = ModelKind("dlrm_hstu")
    public static let pepnet = ModelKind("pepnet")
    public static let ultraHSTU = ModelKind("ultra_hstu")
    public static let dssm = ModelKind("dssm")
    public static let dssmV2 = ModelKind("dssm_v2")
    public static let dat = ModelKind("dat")
    public static let hstuMatch = ModelKind("hstu_match")
    public static let mind = ModelKind("mind")
    public static let tdm = ModelKind("tdm")
    public static let rocketLaunching = ModelKind("rocket_launching")
    public static let sidRqvae = ModelKind("sid_rqvae")
    public static let sidRqkmeans = ModelKind("sid_rqkmeans")

    /// Every kind of the schema, in the schema's order.
    public static let all: [ModelKind] = [
        .dlrm, .deepfm, .multiTower, .multiTowerDIN, .maskNet, .wideAndDeep, .dcnV1, .dcnV2, .xdeepfm, .wukong,
        .simpleMultiTask, .mmoe, .dbmtl, .ple, .dc2vr, .dlrmHSTU, .pepnet, .ultraHSTU, .dssm, .dssmV2, .dat, .hstuMatch,
        .mind, .tdm, .rocketLaunching, .sidRqvae, .sidRqkmeans,
    ]

    /// True for kinds whose towers are exported one by one and scored by a similarity.
    public var isMatch: Bool { ExportPart.parts(of: self) == [.user, .item] }
}
