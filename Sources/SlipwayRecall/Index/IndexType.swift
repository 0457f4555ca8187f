/// The indexes that can be built, by upstream's names; flat ones, which compare with every item, are ours.
package enum IndexType: String, Sendable, CaseIterable {
    case ivfFlatIP = "IVFFlatIP"
    case ivfFlatL2 = "IVFFlatL2"
    case hnswFlatIP = "HNSWFlatIP"
    case hnswFlatL2 = "HNSWFlatL2"
    case flatIP = "FlatIP"
    case flatL2 = "FlatL2"

    package enum Kind: Sendable, Hashable { case flat, ivf, hnsw }

    package enum Metric: Sendable, Hashable {
        /// Higher is nearer.
        case innerProduct
        /// Squared distance: lower is nearer.
        case l2
    }

    package var kind: Kind {
        switch self {
        case .ivfFlatIP, .ivfFlatL2: return .ivf
        case .hnswFlatIP, .hnswFlatL2: return .hnsw
        case .flatIP, .flatL2: return .flat
        }
    }

    package var metric: Metric {
        switch self {
        case .ivfFlatIP, .hnswFlatIP, .flatIP: return .innerProduct
        case .ivfFlatL2, .hnswFlatL2, .flatL2: return .l2
        }
    }

    package init(_ kind: Kind, _ metric: Metric) {
        switch (kind, metric) {
        case (.ivf, .innerProduct): self = .ivfFlatIP
        case (.ivf, .l2): self = .ivfFlatL2
        case (.hnsw, .innerProduct): self = .hnswFlatIP
        case (.hnsw, .l2): self = .hnswFlatL2
        case (.flat, .innerProduct): self = .flatIP
        case (.flat, .l2): self = .flatL2
        }
    }
}
