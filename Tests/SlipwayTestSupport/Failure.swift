package import SlipwayCore

/// The `SlipwayError` that `body` throws. Throws where there is none, and any other error as it is.
package func failure<T>(_ body: () throws -> T) throws -> SlipwayError {
    do {
        _ = try body()
    } catch let error as SlipwayError {
        return error
    }
    throw NothingThrown()
}

private struct NothingThrown: Error {}
