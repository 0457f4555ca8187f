/// Floats as numpy writes them (up to version 2.3): the shortest digits that read back the same, always with a point or an exponent.
enum FloatText {
    static func numpy(_ value: Float) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        // The shortest digits of a float, read as a double, are that double's shortest digits too.
        guard let double = Double(value.description) else { return value.description }
        // numpy turns to an exponent where the float itself, not its shortest text, is below 1e-4.
        if double.magnitude >= 1e-4, Double(value).magnitude < 1e-4 { return value < 0 ? "-1e-04" : "1e-04" }
        return JSONWriter.number(double)
    }
}
