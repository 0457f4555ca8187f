import SlipwayCore
import SlipwayGraph

/// A dimension of a planned value: a number or a symbol by position.
enum PlannedDimension: Sendable, Equatable {
    case fixed(Int)
    case symbol(Int)

    var size: Int? {
        if case .fixed(let size) = self { return size }
        return nil
    }

    var symbol: Int? {
        if case .symbol(let symbol) = self { return symbol }
        return nil
    }
}

/// What is known of a value before a run.
struct PlannedValue: @unchecked Sendable {
    enum Storage {
        /// A block of the arena.
        case own
        /// The columns of another value that begin `offset` elements into each of its rows.
        case part(of: Int, offset: Int)
        /// A weight; the plan keeps it alive.
        case constant(UnsafeMutableRawPointer)
    }

    let name: String
    let dtype: DType
    let dimensions: [PlannedDimension]
    var storage: Storage = .own

    var elementBytes: Int { dtype.bitWidth / 8 }

    var isConstant: Bool {
        if case .constant = storage { return true }
        return false
    }
}

/// The values, symbols and counters of a plan: what a `RunFrame` is sized by.
final class PlanLayout: Sendable {
    let values: [PlannedValue]
    let symbols: [String]
    /// Features whose mapped ids are counted.
    let counters: [String]
    /// Position of the symbol B.
    let batchSymbol: Int?

    init(values: [PlannedValue], symbols: [String], counters: [String]) {
        self.values = values
        self.symbols = symbols
        self.counters = counters
        batchSymbol = symbols.firstIndex(of: Dimension.batch.description)
    }
}
