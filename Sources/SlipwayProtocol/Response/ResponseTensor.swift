/// One named output of a response, row-major.
package struct ResponseTensor: Sendable, Equatable {
    package enum Elements: Sendable, Equatable {
        case floats([Float])
        case ints([Int64])
        case texts([String])
    }

    package var name: String
    /// Sizes, outermost first.
    package var shape: [Int]
    package var elements: Elements

    package init(name: String, shape: [Int], elements: Elements) {
        self.name = name
        self.shape = shape
        self.elements = elements
    }
}
