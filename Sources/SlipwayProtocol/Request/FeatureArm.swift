/// Which arm of a `PBFeature` holds its value, by field number; what the arm is made of.
package struct FeatureArm: Hashable, Sendable {
    package enum Element: UInt8, Sendable { case int32, int64, string, float, double }

    package enum Form: UInt8, Sendable { case missing, scalar, map, list, nested }

    package let number: UInt8

    package init(_ number: UInt8) { self.number = number }

    package static let missing = FeatureArm(0)

    package var form: Form {
        switch number {
        case 1...5: return .scalar
        case 6...20: return .map
        case 21...25: return .list
        case 26...30: return .nested
        default: return .missing
        }
    }

    private static let scalars: [Element] = [.int32, .int64, .string, .float, .double]
    private static let lists: [Element] = [.int32, .int64, .string, .float, .double]
    private static let mapKeys: [Element] = [.int64, .string, .int32]
    private static let mapValues: [Element] = [.string, .int32, .int64, .float, .double]

    /// The type of scalars, list elements and map values.
    package var element: Element {
        switch form {
        case .missing: return .string
        case .scalar: return Self.scalars[Int(number) - 1]
        case .map: return Self.mapValues[(Int(number) - 6) % 5]
        case .list: return Self.lists[Int(number) - 21]
        case .nested: return Self.lists[Int(number) - 26]
        }
    }

    /// The type of a map's keys.
    package var key: Element { form == .map ? Self.mapKeys[(Int(number) - 6) / 5] : .string }

    /// The wire type of the arm itself.
    var wireType: UInt8 {
        switch number {
        case 1, 2: return 0
        case 4: return 5
        case 5: return 1
        default: return 2
        }
    }
}

extension FeatureArm.Element {
    /// The wire type of one element that is not packed.
    var wireType: UInt8 {
        switch self {
        case .int32, .int64: return 0
        case .float: return 5
        case .double: return 1
        case .string: return 2
        }
    }
}
