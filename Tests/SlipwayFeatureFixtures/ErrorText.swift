import SlipwayCore

/// The message and fix of the error `body` throws, or nil.
package func errorText(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch let error as SlipwayError {
        return error.description
    } catch {
        return "\(error)"
    }
}
