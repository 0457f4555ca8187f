public struct ActivationSpec { public var name = ""; public func argument(_ n: String, at: Int) -> Double? { nil }
 public static func parse(_ s: String) throws -> ActivationSpec? { ActivationSpec(name: s) } }
