import SlipwayCore

/// An expression over sequences: `formula` in the inputs' names, or `spherical_distance` of four of them.
struct SeqExprOperator: CustomOperator {
    static let cutsIntoSteps = true

    private let expression: Expression

    init(parameters: [String: String], inputNames: [String]) throws {
        guard let formula = parameters["formula"], !formula.isEmpty else {
            throw SlipwayError(.invalidConfig, "formula is missing", fix: "set it in operator_params")
        }
        if ["spherical_distance", "haversine", "sphere_dist"].contains(formula) {
            guard inputNames.count == 4 else {
                throw SlipwayError(
                    .invalidConfig, "\(formula) has \(inputNames.count) inputs", fix: "name lng1, lat1, lng2, lat2")
            }
            let names = ["lng1", "lat1", "lng2", "lat2"]
            expression = try Expression("\(formula)(\(names.joined(separator: ",")))", variables: names)
        } else {
            expression = try Expression(formula, variables: inputNames)
        }
    }

    func values(_ inputs: [[CustomValue]]) -> [CustomValue] {
        var numbers: [Double] = []
        var starts: [Int] = []
        for input in inputs {
            starts.append(numbers.count)
            for value in input { numbers.append(value.number ?? .nan) }
        }
        starts.append(numbers.count)
        return numbers.withUnsafeBufferPointer { numbers in
            let values = Expression.Values(numbers: numbers, starts: starts, fill: .nan)
            return (0..<expression.count(values)).map { .number(expression.value(values, $0)) }
        }
    }
}
